// The operations on namespaces and on what belongs to one: host name, network interfaces, sysctls.
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import {
  CLONE_NEWCGROUP,
  CLONE_NEWIPC,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWTIME,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  EACCES,
  EINVAL,
  EIO,
  ENODEV,
  ENOENT,
  EPERM,
  ERANGE,
  EXDEV,
} from './kernel.ts'
import { bindMount, container, execute, mount, openTree, setStdio } from './plan-parts.ts'
import { cloneFlagsFor, failureIn, isRoot, launchInit, outputOf, privileges, runPlan } from './run-plan.ts'

const unshare = (namespaces: number): Op => ({ op: 'unshare', namespaces })
const join = (type: number, namespace = 'namespace'): Op => ({ op: 'joinNamespace', namespace, type })
const joinAll = (namespaces: number): Op => ({ op: 'joinNamespaces', process: 'holder', namespaces })
const linkUp = (name: string): Op => ({ op: 'linkUp', name })
const sysctl = (name: string, value: string): Op => ({ op: 'sysctl', name, value })
const setHostname = (name: string): Op => ({ op: 'setHostname', name })
const setDomainname = (name: string): Op => ({ op: 'setDomainname', name })

describe.each(privileges)('as %s', (privilege) => {
  const output = (ops: readonly Op[], script: string) => outputOf(container(ops, script), { privilege })
  const failure = (...ops: Op[]) => failureIn(ops, { privilege })

  test('unshare makes what clone3 did not', async () => {
    const script = 'for n in cgroup uts; do readlink /proc/self/ns/$n; done'
    const cloneFlags = cloneFlagsFor(privilege, CLONE_NEWNS | CLONE_NEWPID)
    const ops = container([unshare(CLONE_NEWCGROUP | CLONE_NEWUTS)], script)
    const [cgroup, uts] = (await outputOf(ops, { privilege, cloneFlags })).split('\n')
    expect(cgroup).toMatch(/^cgroup:\[\d+\]$/)
    expect(cgroup).not.toBe(readlinkSync('/proc/self/ns/cgroup'))
    expect(uts).not.toBe(readlinkSync('/proc/self/ns/uts'))
  })

  test('unshare refuses what is no namespace', async () => {
    expect(await failure(unshare(1))).toMatchObject({ op: 'unshare', syscall: 'unshare', errno: EINVAL })
  })

  test('joinNamespaces enters those of another process, its user namespace first', async () => {
    const holder = await launchInit([{ op: 'sync', point: 'hold', announce: false }], { privilege, given: {} })
    const fds = { holder: holder.pidfd }
    const own = privilege === 'root' ? 0 : CLONE_NEWUSER
    const names = ['user', 'mnt', 'net', 'uts', 'ipc']
    const links = names.map((name) => readlinkSync(`/proc/${holder.pid}/ns/${name}`))
    try {
      const flags = own | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC
      const options = { privilege: 'root', cloneFlags: 0, fds } as const
      const script = `cd /proc/self/ns; readlink ${names.join(' ')}`
      const ops = [joinAll(flags), setStdio, ...execute('sh', '-c', script)]
      expect((await outputOf(ops, options)).split('\n')).toEqual(links)
      expect(await failureIn([joinAll(1)], options)).toMatchObject({
        op: 'joinNamespaces',
        syscall: 'setns',
        errno: EINVAL,
      })
    } finally {
      for (const fd of [holder.control, holder.pidfd]) closeSync(fd)
    }
  })

  test('joinNamespace enters that of another process, if it is of the type', async () => {
    const holder = await launchInit([{ op: 'sync', point: 'hold', announce: false }], { privilege, given: {} })
    const namespace = openSync(`/proc/${holder.pid}/ns/net`, 'r')
    const fds = { namespace }
    try {
      if (privilege === 'root') {
        const cloneFlags = cloneFlagsFor(privilege, CLONE_NEWNS | CLONE_NEWPID)
        const ops = container([join(CLONE_NEWNET)], 'readlink /proc/self/ns/net')
        const joined = await outputOf(ops, { privilege, cloneFlags, fds })
        expect(joined).toBe(readlinkSync(`/proc/${holder.pid}/ns/net`))
      }
      expect(await failureIn([join(CLONE_NEWIPC)], { privilege, fds })).toMatchObject({
        op: 'joinNamespace',
        syscall: 'setns',
        errno: EINVAL,
      })
    } finally {
      // The end of its control socket is the end of it.
      for (const fd of [namespace, holder.control, holder.pidfd]) closeSync(fd)
    }
  })

  describe('a time namespace', () => {
    const offsets = (text: string): Op => ({ op: 'setTimeOffsets', offsets: text })
    const enter: Op = { op: 'enterTimeNamespace' }
    const hostUptime = () => Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])

    test('has clocks that were set before it was entered', async () => {
      const ops = [unshare(CLONE_NEWTIME), offsets('monotonic 1000 5\nboottime 5000000 0'), enter]
      const script = 'cat /proc/self/timens_offsets /proc/uptime; cd /proc/self/ns; readlink time time_for_children'
      const before = hostUptime()
      const lines = (await output(ops, script)).split('\n')
      expect(lines.slice(0, 2).map((line) => line.split(/\s+/))).toEqual([
        ['monotonic', '1000', '5'],
        ['boottime', '5000000', '0'],
      ])
      const uptime = Number(lines[2]?.split(' ')[0])
      expect(uptime).toBeGreaterThanOrEqual(before + 5_000_000 - 1)
      expect(lines[3]).toMatch(/^time:\[\d+\]$/)
      expect(lines[4]).toBe(lines[3])
      expect(lines[3]).not.toBe(readlinkSync('/proc/self/ns/time'))
    })

    test('is refused clocks that would run before zero, or after it was entered', async () => {
      const broken = { op: 'setTimeOffsets', syscall: 'write', detail: 'timens_offsets' }
      expect(await failure(unshare(CLONE_NEWTIME), offsets('boottime -5000000000 0'))).toMatchObject({
        ...broken,
        errno: ERANGE,
      })
      expect(await failure(unshare(CLONE_NEWTIME), offsets('realtime 1 0'))).toMatchObject({ ...broken, errno: EINVAL })
      expect(await failure(unshare(CLONE_NEWTIME), enter, offsets('boottime 1 0'))).toMatchObject({
        ...broken,
        errno: EACCES,
      })
    })

    test.runIf(privilege === 'user namespace')('is not entered where none was made', async () => {
      expect(await failure(enter)).toMatchObject({ op: 'enterTimeNamespace', syscall: 'setns', errno: EPERM })
    })
  })

  test('linkUp turns the loopback on', async () => {
    const script = 'cat /proc/net/route | wc -l; cat /sys/class/net/lo/operstate'
    const ops = [mount({ type: 'sysfs', target: '/sys' })]
    expect(await output(ops, 'cat /sys/class/net/lo/flags')).toBe('0x8')
    expect(await output([...ops, linkUp('lo')], 'cat /sys/class/net/lo/flags')).toBe('0x9')
    expect(await output([...ops, linkUp('lo')], script)).toContain('unknown')
  })

  test('linkUp names an interface that is not there', async () => {
    expect(await failure(linkUp('eth7'))).toMatchObject({
      op: 'linkUp',
      syscall: 'ioctl',
      errno: ENODEV,
      detail: 'eth7',
    })
    expect(await failure(linkUp('x'.repeat(16)))).toMatchObject({ op: 'linkUp', errno: ENODEV })
  })

  test('setHostname and setDomainname', async () => {
    const script = 'cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname'
    const longest = 'h'.repeat(64)
    expect(await output([setHostname(longest), setDomainname('example')], script)).toBe(`${longest}\nexample`)
    const tooLong = 'h'.repeat(65)
    expect(await failure(setHostname(tooLong))).toMatchObject({
      syscall: 'sethostname',
      errno: EINVAL,
      detail: tooLong,
    })
    expect(await failure(setDomainname(tooLong))).toMatchObject({ syscall: 'setdomainname', errno: EINVAL })
  })

  describe('sysctl', () => {
    test('writes the value as it is, with no procfs mounted where one could be replaced', async () => {
      const ops = [sysctl('net/ipv4/ip_local_port_range', '10000 20000'), sysctl('kernel/shmmni', '77')]
      const script = 'cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/kernel/shmmni'
      expect(await output(ops, script)).toBe('10000\t20000\n77')
    })

    test.each(['../sysrq-trigger', 'kernel/../../sysrq-trigger', '/proc/sys/kernel/hostname', '../self/comm'])(
      'never leaves /proc/sys: %s',
      async (name) => {
        const { errno, op, detail } = await failure(sysctl(name, 'x'))
        expect({ op, errno }).toEqual({ op: 'sysctl', errno: EXDEV })
        expect(detail).toContain(name)
      },
    )

    test('names one that is not there, or does not take the value', async () => {
      expect(await failure(sysctl('kernel/nothing', '1'))).toMatchObject({ syscall: 'openat2', errno: ENOENT })
      expect(await failure(sysctl('net/ipv4/ip_forward', 'often'))).toMatchObject({
        op: 'sysctl',
        syscall: 'write',
        errno: EINVAL,
        detail: 'net/ipv4/ip_forward',
      })
    })

    test('what is mounted over the /proc of the container changes nothing (CVE-2025-52881)', async () => {
      const fake = mount({ target: '/proc/sys', source: 'fake' })
      const ops = [fake, sysctl('kernel/shmmni', '78')]
      expect(await output(ops, 'ls /proc/sys; umount /proc/sys; cat /proc/sys/kernel/shmmni')).toBe('78')
    })
  })
})

describe('without a pid namespace of its own', () => {
  const flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC

  test('a user namespace borrows the procfs at /proc', async () => {
    const { failure } = await runPlan([sysctl('net/ipv4/ip_forward', '1')], { cloneFlags: flags })
    expect(failure).toBeUndefined()
  })

  test('and refuses it when something lies over the file, or it is none', async () => {
    const over = (path: string): Op[] => [
      openTree({ tree: 'root', path: '/', recursive: true }),
      { op: 'attachRoot', tree: 'root', onto: '' },
      openTree({ path: '/dev/null' }),
      bindMount({ target: path }),
      { op: 'pivotRoot', root: 'root' },
    ]
    const before = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8')
    const write = sysctl('net/ipv4/ip_forward', '1')
    expect(await failureIn([...over('/proc/sys/net/ipv4/ip_forward'), write], { cloneFlags: flags })).toMatchObject({
      op: 'sysctl',
      errno: EXDEV,
      detail: 'net/ipv4/ip_forward: something is mounted over it',
    })
    const covered: Op[] = [
      openTree({ tree: 'root', path: '/', recursive: true }),
      { op: 'attachRoot', tree: 'root', onto: '' },
      mount({ target: '/proc' }),
      { op: 'pivotRoot', root: 'root' },
      write,
    ]
    expect(await failureIn(covered, { cloneFlags: flags })).toMatchObject({
      op: 'sysctl',
      errno: ENODEV,
      detail: '/proc: not a procfs',
    })
    expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8')).toBe(before)
  })
})

describe.runIf(!isRoot)('as an ordinary user', () => {
  test('a sysctl of the host is refused', async () => {
    const { failure } = await runPlan([sysctl('kernel/panic', '1')])
    expect([EPERM, EIO, 13]).toContain(failure?.errno)
  })
})

// What a container's cgroup is made with, and what is refused.
import { describe, expect, it } from 'vitest'
import { planLimits } from '../../../lib/cgroups/limits.ts'
import type { Resources } from '../../../lib/config/types.ts'
import { validateConfig } from '../../../lib/config/validate.ts'
import type { ContainerError } from '../../../lib/errors.ts'
import type { Host } from '../../../lib/host.ts'
import { rootConfig, rootHost, thrownBy, userConfig, userHost } from '../plan/fixtures.ts'

const place = { path: '/libcontainer-web' }
const limited = (resources: Resources) =>
  rootConfig(({ linux }) => {
    linux.resources = resources
  })

const hierarchy = (changes: Partial<NonNullable<Host['cgroup2']>>): Host => ({
  ...rootHost,
  cgroup2: {
    mountPoint: '/sys/fs/cgroup',
    own: '/',
    writable: true,
    controllers: [],
    passedOn: [],
    v1Controllers: [],
    ...changes,
  },
})

describe('planLimits', () => {
  it('is nothing but the default devices without limits', () => {
    expect(planLimits(rootConfig(), rootHost, place)).toMatchObject({
      writes: [],
      controllers: [],
      devices: expect.any(Uint8Array),
      owner: null,
      warnings: [],
    })
  })

  it('names the controllers it needs', () => {
    const { writes, controllers } = planLimits(limited({ memory: { limit: 5, reservation: 4 } }), rootHost, place)
    expect(writes.map(({ file }) => file)).toEqual(['memory.max', 'memory.low'])
    expect(controllers).toEqual(['memory'])
  })

  it.each<[string, Host, Resources, string, RegExp]>([
    [
      'on a v1 hierarchy',
      hierarchy({ mountPoint: '/sys/fs/cgroup/unified', v1Controllers: ['memory'] }),
      { memory: { limit: 5 } },
      '/linux/resources/memory/limit',
      /memory controller, which is on a cgroup v1 hierarchy.*unified[\s\S]*cgroup_no_v1=all/,
    ],
    [
      'on a v1 hierarchy by another name',
      hierarchy({ v1Controllers: ['blkio'] }),
      { blockIO: { weight: 10 } },
      '/linux/resources/blockIO/weight',
      /io controller.*\(as blkio\)/,
    ],
    [
      'that the kernel does not have',
      hierarchy({}),
      { rdma: { mlx: { hcaHandles: 1 } } },
      '/linux/resources/rdma/mlx',
      /rdma controller, which the cgroup2 hierarchy at \/sys\/fs\/cgroup does not have\n {2}the kernel is built without/,
    ],
    [
      'that is not delegated',
      hierarchy({ own: '/system.slice/app' }),
      { unified: { 'pids.max': '5' } },
      '/linux/resources/unified/pids.max',
      /this process’s cgroup \/system\.slice\/app does not have[\s\S]*Delegate=yes/,
    ],
  ])('refuses a controller %s', (_, host, resources, path, text) => {
    const own = host.cgroup2?.own === '/' ? '' : host.cgroup2?.own
    const error = thrownBy(() => planLimits(limited(resources), host, { path: `${own}/x` })) as ContainerError
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', problems: [{ path }] })
    expect(error.message).toMatch(text)
  })

  it('leaves it to the kernel what others have enabled elsewhere', () => {
    const host = hierarchy({ own: '/system.slice/app' })
    expect(planLimits(limited({ pids: { limit: 5 } }), host, { path: '/pods/web' }).controllers).toEqual(['pids'])
  })

  it('refuses limits without a cgroup to set them in', () => {
    const error = thrownBy(() => planLimits(limited({ pids: { limit: 5 } }), userHost, null)) as ContainerError
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', problems: [{ path: '/linux/resources/pids/limit' }] })
    expect(error.message).toMatch(/may make none below \/user\.slice[\s\S]*Delegate=yes/)
  })
})

describe('devices', () => {
  const user = (devices?: Resources['devices']) =>
    userConfig(({ linux }) => {
      if (devices !== undefined) linux.resources = { devices }
    })

  it('need no program where all are allowed', () => {
    expect(planLimits(limited({ devices: [{ allow: true }] }), rootHost, place).devices).toBeNull()
  })

  it('of an ordinary user are left to the kernel', () => {
    expect(planLimits(user(), userHost, null)).toMatchObject({ devices: null, warnings: [] })
    const { warnings } = planLimits(user([{ allow: false, access: 'rwm' }]), userHost, null)
    expect(warnings).toEqual([expect.stringMatching(/^\/linux\/resources\/devices: is left out/)])
  })

  it.each<[string, Host, typeof place | null]>([
    ['for an ordinary user', userHost, place],
    ['in a user namespace', { ...rootHost, inUserNamespace: true }, place],
    ['without bpf', { ...rootHost, missingSyscalls: ['bpf'] }, place],
    ['without a cgroup', rootHost, null],
  ])('that are asked for are refused %s', (_, host, where) => {
    const error = thrownBy(() => planLimits(user([{ allow: true, type: 'c', major: 1 }]), host, where))
    expect(error).toMatchObject({ code: 'ERR_UNSUPPORTED', problems: [{ path: '/linux/resources/devices' }] })
  })
})

describe('the owner', () => {
  const divided = (options: string[]) =>
    rootConfig(({ linux, mounts }) => {
      linux.namespaces?.push({ type: 'user' })
      linux.uidMappings = [
        { containerID: 1, hostID: 5, size: 1 },
        { containerID: 0, hostID: 100_000, size: 1 },
      ]
      linux.gidMappings = [{ containerID: 0, hostID: 200_000, size: 10 }]
      const others = mounts.filter(({ type }) => type !== 'cgroup' && type !== 'cgroup2')
      mounts.splice(0, mounts.length, ...others, { destination: '/sys/fs/cgroup', type: 'cgroup2', options })
    })

  it('is the container’s root where it may write to its cgroup', () => {
    expect(planLimits(divided(['rw']), rootHost, place).owner).toEqual({ uid: 100_000, gid: 200_000 })
  })

  it.each([
    ['it may only read', divided(['ro']), rootHost],
    ['there is no user namespace', rootConfig(), rootHost],
    ['nothing can be given away', divided([]), { ...rootHost, capabilities: 0n }],
  ])('stays as it is where %s', (_, config, host) => {
    expect(planLimits(config, host, place).owner).toBeNull()
  })
})

describe('limits of cgroup v1', () => {
  it.each<[string, Resources]>([
    ['memory/swappiness', { memory: { swappiness: 0 } }],
    ['memory/disableOOMKiller', { memory: { disableOOMKiller: true } }],
    ['cpu/realtimeRuntime', { cpu: { realtimeRuntime: 1 } }],
    ['cpu/realtimePeriod', { cpu: { realtimePeriod: 1 } }],
    ['blockIO/leafWeight', { blockIO: { leafWeight: 10 } }],
    ['blockIO/weightDevice/0/leafWeight', { blockIO: { weightDevice: [{ major: 8, minor: 0, leafWeight: 10 }] } }],
    ['network/classID', { network: { classID: 1 } }],
    ['network/priorities', { network: { priorities: [{ name: 'eth0', priority: 1 }] } }],
  ])('%s is refused', (at, resources) => {
    expect(thrownBy(() => validateConfig(limited(resources)))).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      problems: [{ path: `/linux/resources/${at}`, message: expect.stringContaining('cgroup v1 alone') }],
    })
  })

  it('that ask for nothing pass', () => {
    const resources = {
      memory: { disableOOMKiller: false, kernel: 5, useHierarchy: true },
      cpu: { realtimeRuntime: 0, realtimePeriod: 0 },
      network: { classID: 0, priorities: [] },
    }
    expect(validateConfig(limited(resources)).config).toBeDefined()
  })
  it('that cgroup2 need not keep are left out with a warning', () => {
    const resources = { memory: { kernel: 5, kernelTCP: 5, useHierarchy: false }, cpu: { idle: 1, shares: 5 } }
    expect(validateConfig(limited(resources)).warnings.map((each) => each.split(':')[0])).toEqual(
      ['memory/kernel', 'memory/kernelTCP', 'memory/useHierarchy', 'cpu/shares'].map((at) => `/linux/resources/${at}`),
    )
  })
})

describe('no limit', () => {
  const v1 = hierarchy({ v1Controllers: ['memory', 'pids'] })

  it('needs no controller', () => {
    const { writes } = planLimits(limited({ pids: { limit: -1 }, memory: { limit: -1 } }), v1, place)
    expect(writes).toEqual([])
  })

  it('is what a pids limit of 0 was before version 1.3 of the spec', () => {
    const zero = (ociVersion: string) => ({ ...limited({ pids: { limit: 0 } }), ociVersion })
    const host = hierarchy({ controllers: ['pids'] })
    expect(planLimits(zero('1.0.2-dev'), host, place).writes).toMatchObject([{ file: 'pids.max', data: 'max' }])
    expect(planLimits(zero('1.3.0'), host, place).writes).toMatchObject([{ file: 'pids.max', data: '1' }])
  })
})

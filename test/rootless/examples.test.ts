// The demo, the same file, run by an ordinary user.
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readReport, runExample } from '../run-example.ts'
import { makeHostBundle } from '../support/host-bundle.ts'
import '../integration/inspect-host.test.ts'
import '../integration/web-service.test.ts'

const demo = 'examples/demo/demo.ts'

it('isolates as much for an ordinary user, and adds a user namespace', { timeout: 30_000 }, async () => {
  expect(process.geteuid?.()).not.toBe(0)
  const { code, stdout, stderr } = await runExample(demo)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const report = readReport(stdout)
  for (const name of ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user']) {
    const { inside, host } = report.get(`${name} namespace`) ?? {}
    expect(host, name).toBe(readlinkSync(`/proc/self/ns/${name}`))
    expect(inside, name).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
    expect(inside, name).not.toBe(host)
  }
  expect(report.get('user')).toEqual({ inside: 'uid 0', host: `uid ${process.geteuid?.()}` })
  expect(report.get('hostname')?.inside).toBe('demo')
  expect(report.get('processes')?.inside).toBe('1, this one with pid 1')
  expect(report.get('network links')?.inside).toBe('lo, up')
  expect(report.get('capabilities')?.inside).toBe('0000000020000420, at most 0000000020000420')
  expect(report.get('new privileges')?.inside).toMatch('no_new_privs is 1')
  expect(report.get('open descriptors')?.inside).toBe('0 1 2')
  expect(report.get('a write to /')?.inside).toBe('/demo-was-here: written inside')
  expect(existsSync('/demo-was-here')).toBe(false)
})

it('keeps mounts below the host’s directories read-only too', { timeout: 30_000 }, async () => {
  const script = 'mount -t tmpfs run /run && mount --bind /usr/share /usr/share && exec "$@"'
  const wrapper = ['unshare', '--user', '--map-root-user', '--mount', '--', 'sh', '-c', script, 'sh']
  const { code, stdout, stderr } = await runExample(demo, ['cat', '/proc/self/mountinfo'], { wrapper })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const onTop = stdout.split('\n').filter((line) => / \/usr(\/share)? /.test(line.split(' - ')[0] ?? ''))
  const last = new Map(onTop.map((line) => [line.split(' ')[4], line.split(' ')[5]]))
  expect(last.get('/usr')).toMatch(/^ro,/)
  expect(last.get('/usr/share')).toMatch(/^ro,/)
})

it('leaves nothing in its folder for temporary files', { timeout: 30_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'libcontainer-rootless-'))
  const { code } = await runExample(demo, ['true'], { env: { ...process.env, TMPDIR: directory } })
  expect(code).toBe(0)
  expect(readdirSync(directory).filter((name) => name.startsWith('libcontainer-demo'))).toEqual([])
  rmSync(directory, { recursive: true })
})

it('answers system calls for the kernel', { timeout: 30_000 }, async () => {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  const bundle = makeHostBundle({ args: ['true'], readonlyRoot: false, rootless: true, uid, gid })
  const file = join(bundle, 'greeting')
  writeFileSync(file, 'hello\n')
  const args = [bundle, '/greeting', file, 'cat /greeting; test -e /greeting || exit 5']
  const { code, stdout, stderr } = await runExample('examples/seccomp/open.ts', args)
  expect({ code, stdout, stderr }).toEqual({ code: 5, stdout: 'hello\n', stderr: '' })
  rmSync(bundle, { recursive: true })
})

describe('a bundle', () => {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  let bundle: string

  beforeAll(() => {
    const args = ['sh', '-c', 'cat; exit 6']
    bundle = makeHostBundle({ args, readonlyRoot: false, rootless: true, uid, gid })
  })

  afterAll(() => rmSync(bundle, { recursive: true, force: true }))

  it('is given this program’s terminal, or what stands for it', { timeout: 60_000 }, async () => {
    const shell = await runExample('examples/terminal/shell.ts', [bundle], { input: 'tty; exit 6\n' })
    expect(shell).toMatchObject({ code: 6, stderr: '', stdout: expect.stringContaining('/dev/pts/0\r\n') })
  })

  it('has functions as hooks, and tells of its life', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/hooks/hooks.ts', [bundle])
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' })
    const told = stdout.split('\n').filter((line) => /^(hook|event) /.test(line))
    expect(told.sort()).toEqual([
      'event created',
      'event destroyed',
      'event exited',
      'event started',
      'hook createRuntime: creating',
      'hook poststart: running',
      'hook poststop: stopped',
    ])
  })
})

it('gives the exit code back', { timeout: 30_000 }, async () => {
  expect((await runExample(demo, ['sh', '-c', 'exit 9'])).code).toBe(9)
})

it('finds this machine fit, since containers run on it', { timeout: 30_000 }, async () => {
  const { code, stdout } = await runExample('scripts/doctor.ts')
  expect(stdout).toMatch('All requirements hold.')
  expect(stdout).toMatch(/yes {2}user namespaces/)
  expect(code).toBe(0)
})

it('runs what nobody has to trust', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await runExample('examples/sandbox/sandbox.ts', ['20 + 3'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/stdout: '23\\n',\s*exitCode: 0,\s*timedOut: false/)
})

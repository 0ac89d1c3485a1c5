// The examples as a user runs them, as root and as somebody without any right or name.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseMountinfo } from '../../lib/host/mountinfo.ts'
import { Config, Container, probeHost } from '../../lib/index.ts'
import { readReport, root, runExample } from '../run-example.ts'
import { makeHostBundle } from '../support/host-bundle.ts'

const demo = 'examples/demo/demo.ts'
const NAMESPACES = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup']

describe('the demo', () => {
  it('shows what it isolates', { timeout: 30_000 }, async () => {
    const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    const { code, stdout, stderr } = await runExample(demo)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const report = readReport(stdout)
    const inside = (name: string) => report.get(name)?.inside

    for (const name of NAMESPACES) {
      const { inside, host } = report.get(`${name} namespace`) ?? {}
      expect(host, name).toBe(readlinkSync(`/proc/self/ns/${name}`))
      expect(inside, name).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
      expect(inside, name).not.toBe(host)
    }
    expect(report.get('hostname')).toEqual({ inside: 'demo', host: hostname() })
    expect(inside('processes')).toBe('1, this one with pid 1')
    expect(inside('network links')).toBe('lo, up')
    expect(inside('new privileges')).toMatch('no_new_privs is 1')
    expect(inside('open descriptors')).toBe('0 1 2')
    // CAP_KILL, CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE: those of the template.
    expect(inside('capabilities')).toBe('0000000020000420, at most 0000000020000420')
    expect(inside('a write to /')).toBe('/demo-was-here: written inside')
    expect(stdout).toMatch('/demo-was-here does not exist')
    expect(existsSync('/demo-was-here')).toBe(false)
    expect(stdout).toMatch(/plan [\d.]+ · launch [\d.]+ · setup [\d.]+ · run [\d.]+ · delete [\d.]+/)
    expect(stdout).not.toMatch('\x1b')
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toBe(mounts)
  })

  it('shows nothing of the host’s mounts but files to read', { timeout: 30_000 }, async () => {
    const { code, stdout } = await runExample(demo, ['cat', '/proc/self/mountinfo'])
    expect(code).toBe(0)
    const mounts = parseMountinfo(stdout)
    const points = mounts.map(({ mountPoint }) => mountPoint)
    for (const point of ['/proc', '/dev', '/dev/pts', '/tmp', '/run', '/sys']) expect(points).toContain(point)
    expect(mounts.find(({ mountPoint }) => mountPoint === '/')?.type).toBe('overlay')
    // The host's null device stands in front of what is masked, cgroup2 is one filesystem for all; disks other than the
    // root's are there to be read.
    const host = new Set(parseMountinfo(readFileSync('/proc/self/mountinfo', 'utf8')).map(({ device }) => device))
    const shared = mounts.filter(({ device, root }) => host.has(device) && root !== '/null')
    expect(shared.filter(({ options }) => !options.includes('ro'))).toEqual([])
    expect(shared.filter(({ device, type }) => device.startsWith('0:') && type !== 'cgroup2')).toEqual([])
  })

  it('binds other filesystems of the machine, read-only', { timeout: 30_000 }, async () => {
    const script = 'mount --bind /usr /usr && mount --bind /usr/share /usr/share && exec "$@"'
    const wrapper = ['unshare', '--mount', '--', 'sh', '-c', script, 'sh']
    const command = 'cat /proc/self/mountinfo; : > /usr/share/demo-was-here'
    const { code, stdout, stderr } = await runExample(demo, ['sh', '-c', command], { wrapper })
    expect(stdout).toMatch(/ \/usr \/usr ro,/)
    expect(stdout).toMatch(/ \/usr\/share \/usr\/share ro,/)
    expect(stderr).toMatch('Read-only file system')
    expect(code).not.toBe(0)
    expect(existsSync('/usr/share/demo-was-here')).toBe(false)
  })

  it('gives the command’s exit code, input and streams back', { timeout: 30_000 }, async () => {
    const script = 'read -r line; echo "out $line"; echo "err $line" >&2; exit 7'
    const { code, stdout, stderr } = await runExample(demo, ['sh', '-c', script], { input: 'put\n' })
    expect(code).toBe(7)
    expect(stdout).toMatch(/^out put$/m)
    expect(stderr).toBe('err put\n')
    expect(stdout).toMatch('exit code 7')
  })

  it('passes arguments on as they are', { timeout: 30_000 }, async () => {
    const { stdout } = await runExample(demo, ['printf', '<%s>', 'a b', '', '*', '--help'])
    expect(stdout).toMatch('<a b><><*><--help>')
  })

  it('says what is wrong with a command that is not there, and ends with 125', { timeout: 30_000 }, async () => {
    const { code, stderr } = await runExample(demo, ['/no/such/program'])
    expect(code).toBe(125)
    expect(stderr).toMatch(/findExecutable \/no\/such\/program.*ENOENT/)
    expect(stderr).toMatch('npm run doctor')
  })
})

describe('a signal to the program', () => {
  const script = 'echo begun; exec sleep 100'

  it('ends the demo and its container', { timeout: 30_000 }, async () => {
    const { code, stdout } = await runExample(demo, ['sh', '-c', script], { endAt: 'begun\n' })
    expect(code).toBe(137)
    expect(stdout).toMatch('ended by SIGKILL')
    const ids: string[] = []
    for await (const { id } of Container.list()) ids.push(id)
    expect(ids.filter((id) => id.startsWith('demo-'))).toEqual([])
  })
})

describe('the README', () => {
  it('has ten lines that work', { timeout: 30_000 }, async () => {
    const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```ts[^\n]*\n(.*?)```/gs)]
    const [ten = '', code = ''] = blocks.map(([, text]) => text ?? '')
    const example = readFileSync(join(root, 'examples/sandbox/sandbox.ts'), 'utf8')
    expect(example.slice(example.indexOf('\n') + 1)).toBe(ten)
    expect(code).toMatch('Container.run(')
    // In the repository, so that the package's name leads to its source.
    const file = `examples/readme-${process.pid}.ts`
    writeFileSync(join(root, file), code)
    try {
      const { code: exitCode, stdout, stderr } = await runExample(file)
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout).toMatch(/^hello from pid 1$/m)
      expect(stdout).toMatch('exitCode: 0')
    } finally {
      rmSync(join(root, file))
    }
  })
})

describe('the sandbox', () => {
  it('runs what nobody has to trust', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/sandbox/sandbox.ts', ['20 + 3'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/stdout: '23\\n',\s*exitCode: 0,\s*timedOut: false/)
  })
})

describe('run-bundle', () => {
  let bundle: string

  beforeAll(() => {
    bundle = makeHostBundle({
      args: ['sh', '-c', 'cat; cat /proc/sys/kernel/hostname; exit 3'],
      hostname: 'bundle',
    })
  })

  afterAll(() => rmSync(bundle, { recursive: true, force: true }))

  it('runs config.json on its own streams', { timeout: 30_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/bundle/run-bundle.ts', [bundle], { input: 'input\n' })
    expect({ code, stdout, stderr }).toEqual({ code: 3, stdout: 'input\nbundle\n', stderr: '' })
  })

  it('gets more commands executed in it at once', { timeout: 30_000 }, async () => {
    const commands = ['cat /proc/sys/kernel/hostname', 'exit 4']
    const { code, stdout, stderr } = await runExample('examples/exec/exec-bundle.ts', [bundle, ...commands])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const lines = ['bundle', `${commands[0]}: exit code 0`, 'exit 4: exit code 4']
    expect(stdout.trim().split('\n').sort()).toEqual(lines.sort())
  })

  it('is given this program’s terminal, or what stands for it', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/terminal/shell.ts', [bundle], {
      input: 'tty; exit 6\n',
    })
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' })
    expect(stdout).toMatch('/dev/pts/0\r\n')
  })

  it('has functions as hooks, and tells of its life', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/hooks/hooks.ts', [bundle])
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    const lines = stdout.trim().split('\n')
    expect(lines.filter((line) => line.startsWith('hook '))).toEqual([
      'hook createRuntime: creating',
      'hook poststart: running',
      'hook poststop: stopped',
    ])
    const events = ['created', 'started', 'exited', 'destroyed'].map((type) => `event ${type}`)
    expect(lines.filter((line) => line.startsWith('event '))).toEqual(events)
    expect(lines).toContain('bundle')
  })

  it('runs with limits, or says which controller is missing', { timeout: 30_000 }, async () => {
    const { code, stdout, stderr } = await runExample('examples/limits/run-limited.ts', [bundle, '64'])
    if (code === 125) expect(stderr).toMatch(/needs the \w+ controller|passed on|subtree_control/)
    else expect({ code, stdout }).toEqual({ code: 3, stdout: 'bundle\n' })
  })

  it('is counted for Prometheus', { timeout: 30_000 }, async ({ skip }) => {
    if (!(await probeHost()).cgroup2?.writable) skip('no cgroup of its own')
    const stateDir = join(bundle, 'state')
    const config = await Config.load(bundle)
    const waiting = { ...config, process: { cwd: '/', ...config.process, args: ['sleep', '100'] } }
    await using container = await Container.run('counted', waiting, { bundle, stateDir, stdio: 'ignore' })
    const { code, stdout, stderr } = await runExample('examples/stats/prometheus.ts', [stateDir])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^# TYPE container_cpu_usage_seconds_total counter$/m)
    expect(stdout).toMatch(/^container_cpu_usage_seconds_total\{id="counted"\} \d/m)
    for (const line of stdout.trimEnd().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ |\w+\{[^}]+\} [\d.e+-]+$)/)
    expect(await container.status()).toBe('running')
  })

  it('is the root of every container of a pod', { timeout: 60_000 }, async () => {
    const commands = ['cat /proc/sys/kernel/hostname', 'test $$ = 1', 'exit 4']
    const { code, stdout, stderr } = await runExample('examples/pod/run-pod.ts', [bundle, ...commands])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const lines = ['bundle', `${commands[0]}: exit code 0`, 'test $$ = 1: exit code 0', 'exit 4: exit code 4']
    expect(stdout.trim().split('\n').sort()).toEqual(lines.sort())
  })

  it('gets a file that is not in it, from who answers for the kernel', { timeout: 30_000 }, async () => {
    const file = join(bundle, 'greeting')
    writeFileSync(file, 'hello\n')
    const command = 'cat /greeting /greeting; test -e /greeting || exit 5'
    const args = [bundle, '/greeting', file, command]
    const { code, stdout, stderr } = await runExample('examples/seccomp/open.ts', args)
    expect({ code, stdout, stderr }).toEqual({ code: 5, stdout: 'hello\nhello\n', stderr: '' })
  })

  it('can be explained by anybody', { timeout: 30_000 }, async () => {
    const { code, stdout, stderr } = await runExample('scripts/explain.ts', [bundle])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/pivotRoot/)
    expect(stdout).toMatch(/exec .*sh/)
    const { stdout: exec } = await runExample('scripts/explain.ts', [bundle, 'ps', 'ax'])
    expect(exec).toMatch(/joinNamespaces .*\n(.*\n)* +\d+ exec +ps ax/)
  })

  it('names a bundle that is none', { timeout: 30_000 }, async () => {
    const { code, stderr } = await runExample('examples/bundle/run-bundle.ts', [join(bundle, 'rootfs')])
    expect(code).toBe(125)
    expect(stderr).toMatch(`${bundle}/rootfs/config.json`)
  })
})

describe('make-bundle', () => {
  const makeBundle = (args: readonly string[], path: string) =>
    spawnSync('examples/bundle/make-bundle.sh', args, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, PATH: path },
    })

  /** Where there is no busybox, what is tested is that the script says so. */
  it('makes a bundle that runs, or says what to install', { timeout: 30_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'libcontainer-made-'))
    try {
      const bundle = join(directory, 'bundle')
      const { status, stderr } = makeBundle([bundle], process.env['PATH'] ?? '')
      if (status !== 0) {
        expect(stderr).toMatch('apt-get install busybox-static')
        return
      }
      const { code, stdout } = await runExample('examples/bundle/run-bundle.ts', [bundle], {
        input: 'hostname; exit 5\n',
      })
      expect({ code, stdout }).toEqual({ code: 5, stdout: 'bundle\n' })
      expect(makeBundle([bundle], process.env['PATH'] ?? '').stderr).toMatch('rootfs exists')
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('refuses what it does not know', () => {
    const { status, stderr } = makeBundle([join(tmpdir(), 'libcontainer-never'), 'plan9'], process.env['PATH'] ?? '')
    expect(status).toBe(1)
    expect(stderr).toMatch('unknown kind plan9')
  })
})

describe('the doctor', () => {
  it('finds this machine fit, since containers run on it', { timeout: 30_000 }, async () => {
    const { code, stdout, stderr } = await runExample('scripts/doctor.ts', ['--json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const checks = JSON.parse(stdout) as Array<{ name: string; kind: string; ok: boolean | null }>
    expect(checks.filter(({ kind, ok }) => kind === 'requirement' && ok !== true)).toEqual([])
    expect(checks.find(({ name }) => name === 'overlay')?.ok).toBe(true)
  })

  it('names user namespaces where an ordinary user may not make any', { timeout: 30_000 }, async () => {
    // The limit of a user namespace of its own, so that nobody else is held to it.
    const script =
      'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all --bounding-set=-all -- "$@"'
    const wrapper = ['unshare', '--user', '--map-root-user', '--', 'sh', '-c', script, 'sh']
    const { code, stdout } = await runExample('scripts/doctor.ts', [], { wrapper })
    expect(stdout).toMatch(/no {3}user namespaces/)
    expect(stdout).toMatch('sysctl -w user.max_user_namespaces=')
    expect(code).toBe(1)
  })
})

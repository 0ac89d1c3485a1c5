// Podman with our command line as its runtime: what people do with an engine, and what it makes of our answers.
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { useBundle } from '../support/lane.ts'
import { findCgroups } from '../support/leaks.ts'
import { openPodman, type Podman, whyNoPodman } from '../support/podman.ts'
import { buildCommandLine } from '../support/runtimes.ts'

const why = whyNoPodman()
const bundle = useBundle()

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

describe.skipIf(why !== undefined)(`podman${why === undefined ? '' : `: ${why}`}`, () => {
  let podman: Podman
  let before: ReturnType<Podman['traces']>

  beforeAll(async () => {
    podman = await openPodman(bundle, buildCommandLine())
    // Its storage is made once.
    await podman.output('run', '--rm', ...shell('true'))
    before = podman.traces()
  })

  afterEach(async () => {
    await podman.output('rm', '--all', '--force', '--time', '0')
    expect(podman.traces()).toEqual(before)
  })

  afterAll(async () => {
    await podman.close()
    for (const cgroup of findCgroups(bundle.marker).toReversed()) rmdirSync(cgroup)
  })

  const program = (...words: string[]) => ['--cgroup-parent', `/${bundle.marker}`, '--rootfs', podman.rootfs, ...words]
  const shell = (script: string) => program('sh', '-c', script)
  const start = (name: string, script: string, ...options: string[]) =>
    podman.output('run', '--detach', '--name', name, ...options, ...shell(script))
  const inspect = (name: string, field: string) => podman.output('inspect', '--format', `{{${field}}}`, name)

  /** Until a container has written this. */
  const wrote = (name: string, text: string) =>
    vi.waitFor(async () => expect(await podman.output('logs', name)).toContain(text), { timeout: 20_000 })

  it('runs in one go: both outputs and the exit code', async () => {
    const ended = await podman.call('run', '--rm', ...shell('echo out; echo err >&2; exit 7'))
    expect(ended).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' })
  })

  it('hands on what a container is given', async () => {
    const data = join(bundle.directory, 'podman/data')
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'file'), 'from outside\n')
    const options = ['--user', '1000:1001', '--hostname', 'inside', '--env', 'NAME=value', '--workdir', '/tmp']
    options.push('--volume', `${data}:/data:ro`, '--tmpfs', '/scratch:mode=1777', '--cap-drop', 'all', '--read-only')
    const script = 'id -u; id -g; hostname; echo $NAME; cd .; echo $PWD; cat /data/file; touch /scratch/new; touch /new'
    const { code, stdout, stderr } = await podman.call('run', '--rm', ...options, ...shell(script))
    expect(stdout.split('\n')).toEqual(['1000', '1001', 'inside', 'value', '/tmp', 'from outside', ''])
    expect(stderr).toMatch(/^touch: \/new: Read-only file system\n$/)
    expect(code).toBe(1)
  })

  it('gives a terminal', async () => {
    const { code, stdout } = await podman.call('run', '--rm', '--tty', ...shell('[ -t 1 ] && echo it is one'))
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'it is one\r\n' })
  })

  it.each([
    ['nosuch', 127, /nosuch.*: executable file not found in \$PATH/],
    ['/nosuch', 127, /no such file or directory/],
    ['/etc/text', 126, /permission denied/],
  ])('is told why %s cannot be executed', async (name, code, words) => {
    const ended = await podman.call('run', '--rm', ...program(name))
    expect(ended.stderr).toMatch(words)
    expect(ended.code).toBe(code)
    expect(ended.stderr).not.toMatch(/\n\s+at /)
  })

  it('executes in what runs', async () => {
    await start('web', 'exec sleep 1000')
    expect(await podman.call('exec', 'web', 'sh', '-c', 'echo in; exit 5')).toMatchObject({ code: 5, stdout: 'in\n' })
    expect(await podman.output('exec', '--user', '7', '--env', 'A=b', 'web', 'sh', '-c', 'id -u; echo $A')).toBe('7\nb')
    expect(await podman.call('exec', '--tty', 'web', 'sh', '-c', '[ -t 0 ]')).toMatchObject({ code: 0 })
    expect(await podman.call('exec', 'web', 'nosuch')).toMatchObject({ code: 127 })
    expect(await podman.call('exec', 'web', '/etc/text')).toMatchObject({ code: 126 })
  })

  it('tells the state, the log and the end of what runs in the background', async () => {
    await start('web', 'trap "echo asked; exit 3" TERM; echo begun; while :; do sleep 0.1; done')
    await wrote('web', 'begun')
    expect(await inspect('web', '.State.Status')).toBe('running')
    expect(Number(await inspect('web', '.State.Pid'))).toBeGreaterThan(1)
    expect(await inspect('web', '.OCIRuntime')).toMatch(/\/libcontainer$/)
    await podman.output('stop', '--time', '60', 'web')
    expect(await podman.output('logs', 'web')).toBe('begun\nasked')
    expect(await podman.output('wait', 'web')).toBe('3')
    expect(await inspect('web', '.State.Status')).toBe('exited')
    // And from the beginning, under the same id.
    await podman.output('start', 'web')
    expect(await inspect('web', '.State.Status')).toBe('running')
    await podman.output('rm', '--force', '--time', '0', 'web')
    expect(await podman.output('ps', '--all', '--quiet')).toBe('')
  })

  it('signals, and ends what does not want to', async () => {
    await start('web', 'trap "" TERM; trap "echo got it" USR1; echo begun; while :; do sleep 0.1; done')
    await wrote('web', 'begun')
    await podman.output('kill', '--signal', 'USR1', 'web')
    await wrote('web', 'got it')
    await podman.output('stop', '--time', '1', 'web')
    expect(await podman.output('wait', 'web')).toBe('137')
    await podman.output('start', 'web')
    await podman.output('kill', 'web')
    expect(await podman.output('wait', 'web')).toBe('137')
    await podman.output('rm', 'web')
  })

  it('stops it where it is, and lets it go on', async () => {
    await start('web', 'exec sleep 1000')
    await podman.output('pause', 'web')
    expect(await inspect('web', '.State.Status')).toBe('paused')
    expect((await podman.call('exec', 'web', 'sh', '-c', 'true')).code).not.toBe(0)
    await podman.output('unpause', 'web')
    expect(await inspect('web', '.State.Status')).toBe('running')
    expect(await podman.call('exec', 'web', 'sh', '-c', 'true')).toMatchObject({ code: 0 })
  })

  it('puts one container into the namespaces of another', async () => {
    await start('web', 'exec sleep 1000', '--hostname', 'first')
    const shared = [
      '--pid',
      'container:web',
      '--ipc',
      'container:web',
      '--net',
      'container:web',
      '--uts',
      'container:web',
    ]
    const script = 'hostname; cat /proc/1/cmdline; cat /proc/self/net/dev > /tmp/dev'
    const output = await podman.output('run', '--rm', ...shared, ...shell(script))
    expect(output.split('\0').slice(0, 2)).toEqual(['first\nsleep', '1000'])
  })
})

// What is wrong with a call of sandbox.run is said by the name of the option, with what to do instead.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { isContainerError, Sandbox, sandbox } from '../../lib/index.ts'

const directory = mkdtempSync(join(tmpdir(), 'libcontainer-misuse-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Call, the option that is named, and a word of the remedy. */
const CASES: ReadonlyArray<readonly [readonly unknown[], string, RegExp]> = [
  [[], '/command', /give its name or its path inside/],
  [['ls -la'], '/command', /run\('sh', \['-c', "ls -la"\]\)/],
  [['ls', '-la'], '/args', /give an array/],
  [['ls', [1]], '/args/0', /String\(value\)/],
  [['ls', ['a\0b']], '/args/0', /without zero bytes/],
  [['ls', [], { mem: '1G' }], '/mem', /do you mean memory\?/],
  [['ls', [], { timout: 1 }], '/timout', /do you mean timeout\?/],
  [['ls', [], { colour: 'red' }], '/colour', /the options are root, files/],
  [['ls', [], 'fast'], '/', /give \{ memory/],
  [['ls', [], { memory: 'lots' }], '/memory', /'256M'/],
  [['ls', [], { memory: 256 }], '/memory', /at least '1M'/],
  [['ls', [], { memory: -1 }], '/memory', /'256M'/],
  [['ls', [], { disk: '10X' }], '/disk', /'256M'/],
  [['ls', [], { maxOutput: '1 gig' }], '/maxOutput', /'256M'/],
  [['ls', [], { cpus: '2' }], '/cpus', /0\.5 or 2/],
  [['ls', [], { cpus: 0 }], '/cpus', /from 0\.01/],
  [['ls', [], { pids: 1.5 }], '/pids', /whole number/],
  [['ls', [], { timeout: 'soon' }], '/timeout', /'5s'/],
  [['ls', [], { timeout: 0 }], '/timeout', /leave it out/],
  [['ls', [], { timeout: '30d' }], '/timeout', /'5s'/],
  [['ls', [], { idle: Number.NaN }], '/idle', /'5s'/],
  [['ls', [], { cpuTime: 10 }], '/cpuTime', /at least 1000 ms/],
  [['ls', [], { env: ['A=b'] }], '/env', /NAME: 'value'/],
  [['ls', [], { env: { A: 1 } }], '/env/A', /'1'/],
  [['ls', [], { env: { 'A=B': 'c' } }], '/env/A=B', /leave out =/],
  [['ls', [], { cwd: 'work' }], '/cwd', /a directory inside/],
  [['ls', [], { user: 'nobody' }], '/user', /names are not looked up/],
  [['ls', [], { user: -1 }], '/user', /0 to 65535/],
  [['ls', [], { network: 'bridge' }], '/network', /'none' or 'host'/],
  [['ls', [], { cgroup: 'sandboxes' }], '/cgroup', /from the top of the hierarchy/],
  [['ls', [], { cgroup: '/a/../b' }], '/cgroup', /'\/sandboxes'/],
  [['ls', [], { limits: 'soft' }], '/limits', /'best-effort'/],
  [['ls', [], { root: '/' }], '/root', /'host'/],
  [['ls', [], { root: 7 }], '/root', /path of a directory/],
  [['ls', [], { root: '/no/such/root' }], '/root', /give a directory/],
  [['ls', [], { files: '/tmp' }], '/files', /'\/path\/inside'/],
  [['ls', [], { files: { 'in.txt': '' } }], '/files/in.txt', /'\/in\.txt'/],
  [['ls', [], { files: { '/a/../b': '' } }], '/files/~1a~1..~1b', /'\/b'/],
  [['ls', [], { files: { '/': { bind: '/tmp' } } }], '/files/~1', /option root/],
  [['ls', [], { files: { '/proc/x': '' } }], '/files/~1proc~1x', /another place/],
  [['ls', [], { files: { '/usr/x': '' } }], '/files/~1usr~1x', /another place/],
  [['ls', [], { files: { '/bin/x': '' } }], '/files/~1bin~1x', /another place/],
  [['ls', [], { files: { '/x': 7 } }], '/files/~1x', /give its content/],
  [['ls', [], { files: { '/x': { from: '/y' } } }], '/files/~1x', /give its content/],
  [['ls', [], { files: { '/x': { bind: '/y', copy: '/z' } } }], '/files/~1x', /give its content/],
  [['ls', [], { files: { '/x': { bind: '/' } } }], '/files/~1x/bind', /directories that the program needs/],
  [['ls', [], { files: { '/x': { bind: '/no/such/file' } } }], '/files/~1x/bind', /make it first/],
  [['ls', [], { files: { '/x': { copy: '/no/such/file' } } }], '/files/~1x/copy', /make it first/],
  [['ls', [], { files: { '/x': { bind: directory }, '/x/y': 'z' } }], '/files/~1x~1y', /outside of \/x/],
  [['ls', [], { files: { '/x': { content: '', mode: '755' } } }], '/files/~1x/mode', /0o755/],
  [['ls', [], { copyOut: ['/x'] }], '/copyOut', /'\/path\/outside'/],
  [['ls', [], { copyOut: { out: '/tmp/x' } }], '/copyOut/out', /'\/out'/],
  [['ls', [], { input: { a: 1 } }], '/input', /JSON\.stringify/],
  [['ls', [], { output: 'stream' }], '/output', /use start\(\)/],
  [['ls', [], { output: 'pipe' }], '/output', /'buffer', 'inherit'/],
  [['ls', [], { output: 'inherit', idle: 100 }], '/idle', /leave output/],
  [['ls', [], { output: 'ignore', onStdout: () => {} }], '/onStdout', /leave output/],
  [['ls', [], { onStdout: 'log' }], '/onStdout', /\(line\)/],
  [['ls', [], { tty: 80 }], '/tty', /columns: 80/],
  [['ls', [], { tty: true, input: Readable.from([]) }], '/input', /use start\(\)/],
  [['ls', [], { tty: true, onStderr: () => {} }], '/onStderr', /use onStdout/],
  [['ls', [], { signal: 'SIGTERM' }], '/signal', /controller\.signal/],
  [['ls', [], { seccomp: 'default' }], '/seccomp', /defaultSeccomp/],
  [['ls', [], { capabilities: 'all' }], '/capabilities', /CAP_NET_BIND_SERVICE/],
  [['ls', [], { changes: 'zip' }], '/changes', /'tar'/],
]

const rejection = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  )

const anything = sandbox.run as (...args: readonly unknown[]) => Promise<unknown>

describe('sandbox.run', () => {
  it.each(CASES)('%j is wrong at %s', async (args, option, remedy) => {
    const error = await rejection(anything(...args))
    expect(isContainerError(error)).toBe(true)
    if (!isContainerError(error)) return
    expect(error.code).toBe('ERR_INVALID_CONFIG')
    expect(error.problems.map(({ path }) => path)).toEqual([option])
    expect(error.message).toMatch(remedy)
  })

  it('names everything that is wrong at once', async () => {
    const error = await rejection(anything('ls', [], { timeout: 'x', idle: 'y' }))
    expect(error).toMatchObject({ problems: [{ path: '/timeout' }, { path: '/idle' }] })
  })

  it('says what a program that is not inside could be had by', async () => {
    await expect(sandbox.run('no-such-program')).rejects.toThrow(
      /"no-such-program" cannot be executed inside.*\n.*files/,
    )
  })
})

describe('Sandbox', () => {
  it('tells options of commands from its own', async () => {
    const create = Sandbox.create as (options: unknown) => Promise<Sandbox>
    await expect(create({ timeout: '5s' })).rejects.toThrow(/\/timeout: .*give it to run or start/)
    await using box = await Sandbox.create()
    const run = box.run.bind(box) as (...args: readonly unknown[]) => Promise<unknown>
    await expect(run('ls', { memory: '1G' })).rejects.toThrow(/\/memory: .*give it to Sandbox\.create/)
  })
})

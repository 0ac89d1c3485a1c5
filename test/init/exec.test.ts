// findExecutable and exec: which program is run, and what it inherits.
import { chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Op } from '../../lib/plan/ops.ts'
import { EACCES, EINVAL, ENAMETOOLONG, ENOENT, ENOEXEC } from './kernel.ts'
import { bindMount, emptyRoot, execute, hostPrograms, openTree, pivotRoot, setStdio } from './plan-parts.ts'
import { failureIn, outputOf, privileges, runPlan } from './run-plan.ts'

let programs: string

beforeAll(() => {
  programs = mkdtempSync(join(tmpdir(), 'libcontainer-init-'))
  for (const folder of ['one', 'two', 'two/directory', 'locked']) mkdirSync(join(programs, folder))
  const script = (name: string, mode: number, text = '#!/bin/sh\necho "$0"\n') => {
    writeFileSync(join(programs, name), text)
    chmodSync(join(programs, name), mode)
  }
  script('one/plain', 0o644)
  script('two/plain', 0o755)
  script('two/here', 0o755)
  script('one/only', 0o644)
  script('two/text', 0o755, 'not a program')
  chmodSync(programs, 0o755)
})

afterAll(() => {
  rmSync(programs, { recursive: true })
})

const find = (name: string, path = '/p/one:/p/two'): Op => ({ op: 'findExecutable', name, path })
const exec = (...args: string[]): Op => ({ op: 'exec', args, env: [], passedFds: 0 })

describe.each(privileges)('as %s', (privilege) => {
  const inside = (...ops: Op[]): Op[] => [
    ...emptyRoot,
    ...hostPrograms,
    openTree({ tree: 'p', path: programs }),
    bindMount({ tree: 'p', target: '/p' }),
    pivotRoot,
    setStdio,
    ...ops,
  ]
  const output = (...ops: Op[]) => outputOf(inside(...ops), { privilege })
  const failure = (...ops: Op[]) => failureIn(inside(...ops), { privilege })

  describe('findExecutable', () => {
    test('a name is searched in PATH, past one that may not be run', async () => {
      expect(await output(find('here'), exec('here'))).toBe('/p/two/here')
      expect(await output(find('plain'), exec('plain'))).toBe('/p/two/plain')
    })

    test('an empty element of PATH is the working directory', async () => {
      const directory: Op = { op: 'changeDirectory', path: '/p/two' }
      for (const path of [':', ':/p/one', '/p/one:', '/p/one::/usr/bin']) {
        expect(await output(directory, find('here', path), exec('x'))).toBe('here')
      }
    })

    test('without PATH nothing is searched, least of all the working directory', async () => {
      const directory: Op = { op: 'changeDirectory', path: '/p/two' }
      expect(await failure(directory, find('here', ''))).toMatchObject({
        errno: ENOENT,
        detail: 'here: there is no PATH to search',
      })
    })

    test('a path is taken as it is', async () => {
      const directory: Op = { op: 'changeDirectory', path: '/p' }
      expect(await output(find('/p/two/here', ''), exec('x'))).toBe('/p/two/here')
      expect(await output(directory, find('two/here', ''), exec('x'))).toBe('two/here')
    })

    test('says whether there is none, or none that may be run', async () => {
      expect(await failure(find('gone'))).toMatchObject({
        op: 'findExecutable',
        syscall: 'faccessat2',
        errno: ENOENT,
        detail: 'gone: not found in PATH',
      })
      expect(await failure(find('only'))).toMatchObject({
        errno: EACCES,
        detail: 'only: found in PATH, but not executable',
      })
      expect(await failure(find('directory'))).toMatchObject({ errno: EACCES })
      expect(await failure(find('/p/two/directory'))).toMatchObject({ errno: EACCES, detail: '/p/two/directory' })
      expect(await failure(find('/p/gone'))).toMatchObject({ errno: ENOENT, detail: '/p/gone' })
      expect(await failure(find(''))).toMatchObject({ op: 'findExecutable', errno: ENOENT })
      expect(await failure(find('x'.repeat(5000)))).toMatchObject({ errno: ENOENT })
      expect(await failure(find(`/${'x'.repeat(5000)}`))).toMatchObject({ errno: ENAMETOOLONG })
    })
  })

  describe('exec', () => {
    test('passes arguments and environment as they are', async () => {
      const args = ['sh', '-c', 'printf "<%s>\\n" "$0" "$@"; env', '', 'two words', 'ünïcode', '-n']
      const run: Op = { op: 'exec', args, env: ['A=1', 'B=x=y', 'EMPTY='], passedFds: 0 }
      const lines = (await output(find('sh', '/bin'), run)).split('\n')
      expect(lines.slice(0, 4)).toEqual(['<>', '<two words>', '<ünïcode>', '<-n>'])
      expect(
        lines
          .slice(4)
          .filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line))
          .sort(),
      ).toEqual(['A=1', 'B=x=y', 'EMPTY='])
    })

    test('its own process id as LISTEN_PID, beside what else was found', async () => {
      const tell = ['sh', '-c', 'echo "$LISTEN_PID $HOME $A"; echo $$']
      const run: Op = { op: 'exec', args: tell, env: ['A=1'], passedFds: 0 }
      const found = [{ op: 'findHome', uid: 0 }, { op: 'findListenPid' }] as const
      for (const more of [found, found.toReversed(), [{ op: 'findHome', uid: 0 }, { op: 'supervise' }, found[1]]]) {
        const [line, pid] = (await output(find('sh', '/bin'), ...(more as Op[]), run)).split('\n')
        expect(line).toBe(`${pid} / 1`)
      }
      const [line, pid] = (await output(find('sh', '/bin'), found[1], run)).split('\n')
      expect(line).toBe(`${pid}  1`)
    })

    test('more of them than fit in the memory set aside, and a plan that travels as a file', async () => {
      const env = Array.from({ length: 5000 }, (_, i) => `VARIABLE_NUMBER_${i}=${'v'.repeat(20)}`)
      const run: Op = { op: 'exec', args: ['sh', '-c', 'env | grep -c ^VARIABLE'], env, passedFds: 0 }
      expect(await output(find('sh', '/bin'), run)).toBe('5000')
    })

    test('nothing but 0–2 is inherited, whatever the host program left open', async () => {
      const stray = openSync('/', 'r')
      try {
        const status = 'ls /proc/self/fd; grep -E "^Sig(Ign|Blk)" /proc/self/status'
        const list = await output(...execute('sh', '-c', status))
        const [zero, one, two, , ...signals] = list.split('\n')
        expect([zero, one, two]).toEqual(['0', '1', '2'])
        // The null signal mask; the shell ignores none by itself.
        expect(signals).toEqual(['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000'])
      } finally {
        closeSync(stray)
      }
    })

    test('descriptors that are passed sit at 3 and above, in order', async () => {
      const [first, second] = [join(programs, 'one/plain'), join(programs, 'two/text')].map((path) =>
        openSync(path, 'r'),
      )
      try {
        const script = 'readlink /proc/self/fd/3; readlink /proc/self/fd/4; ls /proc/self/fd | wc -l'
        const [name, ...rest] = execute('sh', '-c', script)
        const run = { ...(rest[0] as Op & { op: 'exec' }), passedFds: 2 }
        const ops = inside(name as Op, run)
        // Passed are the first given ones; stdin, stdout and stderr come behind.
        const result = await runPlan(ops, { privilege, passed: { first: first as number, second: second as number } })
        expect(result.failure).toBeUndefined()
        const [three, four, count] = result.output.split('\n')
        expect(three).toMatch(/one\/plain$/)
        expect(four).toMatch(/two\/text$/)
        expect(count).toBe('6')
      } finally {
        closeSync(first as number)
        closeSync(second as number)
      }
    })

    test('done is said before, and what execve has against the program after', async () => {
      const ops = inside(find('text'), exec('text'))
      const { frames, failure: failed, exit } = await runPlan(ops, { privilege })
      expect(frames.map(({ kind }) => kind)).toEqual(['done', 'failed'])
      expect(failed).toMatchObject({ op: 'exec', syscall: 'execve', errno: ENOEXEC, detail: '/p/two/text' })
      expect(exit.exitCode).toBe(1)
    })

    test('needs findExecutable', async () => {
      expect(await failure(exec('x'))).toMatchObject({
        op: 'exec',
        errno: EINVAL,
        detail: 'findExecutable has not run',
      })
    })

    test('the control socket ends with it', async () => {
      const { frames, exit } = await runPlan(inside(...execute('sh', '-c', 'exit 7')), { privilege })
      expect(frames).toEqual([{ kind: 'done' }])
      expect(exit.exitCode).toBe(7)
    })
  })
})

test('a plan without exec ends quietly', async () => {
  const { frames, exit } = await runPlan([])
  expect(frames).toEqual([])
  expect(exit).toMatchObject({ exitCode: 0, signal: null })
})

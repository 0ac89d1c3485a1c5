// spawn: an ordinary program as a shell would have started it, whatever Node does to its own process.
import { closeSync, openSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Fd, native } from '../../lib/addon.ts'
import { exitOf, openFds } from './addon-support.ts'

async function output(args: readonly string[], env: readonly string[] = [], more: readonly Fd[] = []): Promise<string> {
  const [readEnd, writeEnd] = native().pipe()
  const [path = ''] = args
  const { pidfd } = await native().spawn({ path, args, env, fds: [-1, writeEnd, writeEnd, ...more] })
  native().close(writeEnd)
  const exit = await exitOf(pidfd)
  native().close(pidfd)
  const text = readFileSync(readEnd, 'utf8')
  native().close(readEnd)
  if (exit?.exitCode !== 0) throw new Error(`exit ${exit?.exitCode ?? exit?.signal}: ${text}`)
  return text
}

const sh = (script: string) => ['/bin/sh', '-c', script]

describe('spawn', () => {
  it('passes arguments and environment as they are', async () => {
    const args = [...sh('printf "%s|" "$@" "$A"; env | grep -c .'), 'sh', '', 'a b', 'ü\n']
    expect(await output(args, ['A=1', 'PATH=/usr/bin:/bin'])).toMatch(/^\|a b\|ü\n\|1\|\d+\n$/)
  })

  it('gives the program default signals: none blocked, none ignored', async () => {
    const status = await output(['/bin/grep', '-E', '^Sig(Blk|Ign)', '/proc/self/status'])
    expect(status).toBe(`SigBlk:\t${'0'.repeat(16)}\nSigIgn:\t${'0'.repeat(16)}\n`)
  })

  it('gives it the descriptors it was told to, in any order, and no other', async () => {
    const stray = openSync('/dev/zero', 'r')
    const fds = [openSync('/etc/passwd', 'r'), openSync('/dev/full', 'r')]
    // Against the order, and one twice.
    const more = [fds[1] ?? -1, fds[0] ?? -1, fds[1] ?? -1]
    const lines = (await output(['/bin/ls', '-l', '/proc/self/fd'], [], more)).trim().split('\n').slice(1)
    for (const fd of [...fds, stray]) closeSync(fd)
    expect(lines.map((line) => line.split(/ +/).slice(8).join(' '))).toEqual([
      '0 -> /dev/null',
      expect.stringMatching(/^1 -> pipe/),
      expect.stringMatching(/^2 -> pipe/),
      '3 -> /dev/full',
      '4 -> /etc/passwd',
      '5 -> /dev/full',
      expect.stringMatching(/^6 -> .*\/fd$/), // the folder that ls reads
    ])
  })

  it('reports what execve met, and leaves nothing', async () => {
    const before = openFds()
    const attempt = (path: string) => native().spawn({ path, args: [path], env: [], fds: [] })
    await expect(attempt('/does/not/exist')).rejects.toMatchObject({
      syscall: 'execve',
      code: 'ENOENT',
      path: '/does/not/exist',
      message: 'execve: ENOENT (No such file or directory): /does/not/exist',
    })
    await expect(attempt('/etc/passwd')).rejects.toMatchObject({ syscall: 'execve', code: 'EACCES' })
    expect(() => attempt('relative')).toThrow(/path must be absolute/)
    const closed = openSync('/dev/null', 'r')
    closeSync(closed)
    const fds = [closed]
    await expect(native().spawn({ path: '/bin/true', args: ['true'], env: [], fds })).rejects.toMatchObject({
      code: 'EBADF',
    })
    expect(openFds()).toEqual(before)
  })
})

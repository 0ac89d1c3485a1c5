// watchExit and watchControl: how processes ended, told once, for children and strangers.
import { execFile, spawn as spawnByNode } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Exit, type Fd, native } from '../../lib/addon.ts'
import {
  exitOf,
  finish,
  framesOf,
  isRoot,
  launch,
  openFds,
  runScript,
  selfMaps,
  WAITING_PLAN,
} from './addon-support.ts'

const base = { ...(isRoot ? {} : { idMaps: selfMaps() }) }

function shell(script: string): Promise<{ pid: number; pidfd: Fd }> {
  return native().spawn({ path: '/bin/sh', args: ['sh', '-c', script], env: [], fds: [-1, -1, -1] })
}

async function exitOfShell(script: string): Promise<Exit | null> {
  const { pidfd } = await shell(script)
  const exit = await exitOf(pidfd)
  native().close(pidfd)
  return exit
}

describe('watchExit', () => {
  it('tells the exit code or the signal', async () => {
    expect(await exitOfShell('exit 0')).toMatchObject({ exitCode: 0, signal: null })
    expect(await exitOfShell('exit 255')).toMatchObject({ exitCode: 255, signal: null })
    expect(await exitOfShell('kill -9 $$')).toMatchObject({ exitCode: null, signal: 9 })
    expect(await exitOfShell('kill -SEGV $$')).toMatchObject({ exitCode: null, signal: 11 })
  })

  it('tells what was used', async () => {
    const busy = await exitOfShell('i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done')
    expect(busy?.usage?.userMicros).toBeGreaterThan(1000)
    expect(busy?.usage?.minorFaults).toBeGreaterThan(0)
    // Below this process's own, which the kernel counts as the child's.
    expect(busy?.usage?.maxRssKiB).toBeNull()
    const ours = process.resourceUsage().maxRSS
    const big = await exitOfShell(`exec head -c ${(ours + 30_000) * 1024} /dev/zero | tail -n 1`)
    expect(big).toMatchObject({ exitCode: 0 })
    expect(big?.usage?.maxRssKiB).toBeGreaterThan(ours + 25_000)
  })

  it('tells of a process that had ended before', async () => {
    const { pidfd, pid } = await shell('exit 7')
    native().pidfdSendSignal(pidfd, 0)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(pid).toBeGreaterThan(0)
    expect(await exitOf(pidfd)).toMatchObject({ exitCode: 7 })
    native().close(pidfd)
  })

  it('leaves a child to its owner, whoever looks first', async () => {
    const { pidfd } = await shell('exit 7')
    const seen = await new Promise<Exit | null>((resolve) => native().watchExit(pidfd, resolve, true))
    expect(seen).toMatchObject({ exitCode: 7, usage: expect.any(Object) })
    expect(await exitOf(pidfd)).toEqual(seen)
    native().close(pidfd)
  })

  it('reaps a child that nobody else waits for', async () => {
    const { pid, pidfd } = await shell('exit 7')
    native().disown(pid)
    const seen = await new Promise<Exit | null>((resolve) => native().watchExit(pidfd, resolve, true))
    expect(seen).toMatchObject({ exitCode: 7 })
    expect(existsSync(`/proc/${pid}`)).toBe(false)
    native().close(pidfd)
  })

  it('does not mix up its children with those of child_process', async () => {
    const ours = Array.from({ length: 200 }, async (_, i) => (await exitOfShell(`exit ${i % 256}`))?.exitCode)
    const theirs = Array.from({ length: 60 }, async (_, i) => {
      const [code] = await once(spawnByNode('/bin/sh', ['-c', `exit ${(i * 3) % 256}`]), 'exit')
      return code
    })
    expect(await Promise.all(ours)).toEqual(Array.from({ length: 200 }, (_, i) => i % 256))
    expect(await Promise.all(theirs)).toEqual(Array.from({ length: 60 }, (_, i) => (i * 3) % 256))
  })

  it('tells of a process that is not a child as much as the kernel does', async () => {
    // sh prints the pid of its own child, and reaps that when it ends.
    const parent = spawnByNode('/bin/sh', ['-c', '(read line; exit 5) <&3 & echo $!; wait; :'], {
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    })
    // Asked for now: it may come before the watch has heard of the end.
    const closed = once(parent, 'close')
    const [line] = await once(parent.stdout as NodeJS.ReadableStream, 'data')
    const pidfd = native().pidfdOpen(Number(line))
    const exit = exitOf(pidfd)
    parent.stdio[3]?.destroy()
    const known = await exit
    native().close(pidfd)
    await closed
    const [major = 0, minor = 0] = (await linuxRelease()).split('.').map(Number)
    if (major > 6 || (major === 6 && minor >= 15)) expect(known).toEqual({ exitCode: 5, signal: null, usage: null })
    else expect(known).toBeNull()
  })

  it('does not wait for a parent that is slow to reap', async () => {
    // sleep never waits for the child it inherits by exec.
    const parent = spawnByNode('/bin/sh', ['-c', 'sh -c "sleep 0.2; exit 5" & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const [line] = await once(parent.stdout as NodeJS.ReadableStream, 'data')
    const pidfd = native().pidfdOpen(Number(line))
    expect(await exitOf(pidfd)).toBeNull()
    native().close(pidfd)
    parent.kill('SIGKILL')
    await once(parent, 'close')
  })
})

function linuxRelease(): Promise<string> {
  return new Promise((resolve) => {
    execFile('uname', ['-r'], (_, stdout) => resolve(stdout.trim()))
  })
}

describe('unwatch', () => {
  it('means no calls any more, from inside a callback too, and may be repeated', async () => {
    const { pidfd } = await shell('exit 3')
    let calls = 0
    const unwatch = native().watchExit(pidfd, () => {
      calls++
    })
    unwatch()
    unwatch()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(calls).toBe(0)
    // Not reaped: it can be watched again.
    const again: { unwatch?: () => void } = {}
    const exit = await new Promise<Exit | null>((resolve) => {
      again.unwatch = native().watchExit(pidfd, (ended) => {
        again.unwatch?.()
        resolve(ended)
      })
    })
    again.unwatch?.()
    native().close(pidfd)
    expect(exit).toMatchObject({ exitCode: 3 })
  })

  it('drops frames that had come already', async () => {
    const init = await launch({ ...base, plan: WAITING_PLAN })
    const frames: unknown[] = []
    const unwatch = native().watchControl(init.control, (frame) => frames.push(frame))
    await new Promise((resolve) => setTimeout(resolve, 50))
    frames.length = 0
    native().proceed(init.control)
    const until = Date.now() + 100
    while (Date.now() < until); // end of file arrives meanwhile
    unwatch()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(frames).toEqual([])
    expect(await framesOf(init.control)).toEqual([])
    await finish(init)
  })

  it('frees the descriptor: the same number can be watched as another file', async () => {
    for (let i = 0; i < 50; i++) {
      const { pidfd } = await shell(`exit ${i}`)
      expect((await exitOf(pidfd))?.exitCode).toBe(i)
      native().close(pidfd)
    }
  })
})

it('refuses what cannot be watched', () => {
  expect(() => native().watchExit(9999, () => {})).toThrow(
    expect.objectContaining({ syscall: 'epoll_ctl', code: 'EBADF' }),
  )
  expect(() => native().watchExit(0, 'no' as unknown as () => void)).toThrow(/callback must be a function/)
})

it('leaves no descriptor behind after many', async () => {
  await Promise.all(Array.from({ length: 20 }, () => launch(base).then((init) => finish(init))))
  const before = openFds()
  await Promise.all(Array.from({ length: 100 }, () => launch(base).then((init) => finish(init))))
  expect(openFds()).toEqual(before)
})

it('keeps the event loop alive while something is watched, and no longer', async () => {
  expect(await runScript('addon-keep-alive.cjs')).toEqual({ exitCode: 4, watchedMs: true })
})

it('reports an exception of a callback as uncaught', async () => {
  expect(await runScript('addon-throwing-callback.cjs')).toEqual({ caught: ['from exit', 'from frame'] })
})

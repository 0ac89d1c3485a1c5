// Worker threads: each has its own watches and promises; a worker that is terminated leaves nothing behind.
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { childrenOf, finish, isRoot, launch, openFds, root, runScript, selfMaps } from './addon-support.ts'

const script = `${root}test/integration/addon-worker.cjs`
const base = isRoot ? {} : { idMaps: selfMaps() }

const start = (task: string): Worker => new Worker(script, { workerData: { task } })

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await sleep(20)
}

/** Descriptors of ours; those of the worker's own event loop are none. */
const sockets = () => openFds().filter((line) => /socket:|pidfd/.test(line))

describe('worker threads', () => {
  it('run containers side by side', async () => {
    const workers = [start('run'), start('run'), start('run')]
    const exits = workers.map(async (worker) => {
      const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')])
      return message
    })
    const ours = Array.from({ length: 10 }, async () => (await finish(await launch(base))).exit?.exitCode)
    expect(await Promise.all(exits)).toEqual([20, 20, 20].map((count) => Array.from({ length: count }, () => 0)))
    expect(await Promise.all(ours)).toEqual(Array.from({ length: 10 }, () => 0))
  })

  it('leave nothing when they are terminated while launches are under way', async () => {
    await finish(await launch(base))
    const [fdsBefore, threadsBefore] = [sockets(), readdirSync('/proc/self/task').length]
    for (let i = 0; i < 15; i++) {
      const worker = start('launch-for-ever')
      await once(worker, 'message')
      await sleep(i * 3)
      await worker.terminate()
    }
    await until(() => childrenOf(process.pid).length === 0 && sockets().length === fdsBefore.length)
    expect(childrenOf(process.pid)).toEqual([])
    expect(sockets()).toEqual(fdsBefore)
    // The pool may have grown to its four, and the reaper been started.
    expect(readdirSync('/proc/self/task').length).toBeLessThanOrEqual(threadsBefore + 5)
  })

  it('leave nothing when they are terminated with inits that wait', async () => {
    const fdsBefore = sockets()
    const worker = start('leave-waiting')
    await once(worker, 'message')
    expect(childrenOf(process.pid).length).toBe(5)
    await worker.terminate()
    // init sees that nobody is there any more, exits, and is reaped.
    await until(() => childrenOf(process.pid).length === 0)
    expect(childrenOf(process.pid)).toEqual([])
    expect(sockets()).toEqual(fdsBefore)
  })

  it('reap programs that outlive them', async () => {
    const worker = start('leave-running')
    await once(worker, 'message')
    await worker.terminate()
    expect(childrenOf(process.pid).length).toBe(1)
    await until(() => childrenOf(process.pid).length === 0)
    expect(childrenOf(process.pid)).toEqual([])
  })

  it('may load the addon alone, end, and load it again', async () => {
    expect(await runScript('addon-only-in-worker.cjs')).toEqual([0, 0, 0])
  })

  it('are ended by process.exit with launches under way', async () => {
    expect(await runScript('addon-exit-while-launching.cjs')).toBeUndefined()
  })
})

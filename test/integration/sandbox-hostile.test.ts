// Programs that mean harm: each ends within its limits, and nothing of it remains. As root and as an ordinary user.
import { readdir } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Container } from '../../lib/index.ts'
import { useBundle } from '../support/lane.ts'
import { findProcesses } from '../support/leaks.ts'
import { startNode } from '../support/node-process.ts'
import { marked, type Options, runIn } from '../support/sandboxed.ts'

const bundle = useBundle()
const sh = (script: string, options?: Options) => runIn(bundle, ['sh', '-c', script], options)

const MiB = 2 ** 20

describe('a program that', () => {
  it('forks without end is stopped by the number of processes, and then by time', async () => {
    const script = 'f() { f | f & }; f; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.1; done; echo done'
    const result = await sh(script, { pids: 40, limits: 'best-effort', timeout: '20s' })
    expect(['cgroup', 'process']).toContain(result.enforced.pids)
    expect(result.stderr + result.stdout).toMatch(/annot fork|Resource temporarily unavailable|done/)
    expect(result.usage.wallMs).toBeLessThan(30_000)
  })

  it('wants all memory gets what it may, and no more', async () => {
    const script = 'awk "BEGIN { s = sprintf(\\"%1048576s\\", \\"x\\"); while (1) a[i++] = s i }"'
    const result = await sh(script, { memory: 64 * MiB, limits: 'best-effort', timeout: '60s' })
    expect(result.endedBy).toBeNull()
    expect(result.exitCode === 0 && !result.oomKilled).toBe(false)
    expect(['cgroup', 'process']).toContain(result.enforced.memory)
  })

  it('fills the disk gets what it may: bytes and files', async () => {
    const bytes = await sh('cat /dev/zero > /work/a; cat /dev/zero > /tmp/b; df -k / | tail -1', { disk: '8M' })
    expect(bytes.stderr.match(/No space left on device/g)).toHaveLength(2)
    expect(bytes.stdout.split(/\s+/)[1]).toBe('8192')
    const files = await sh('i=0; while true > f$i; do i=$((i+1)); done; echo $i', { disk: '64K', timeout: '60s' })
    expect(Number(files.stdout)).toBeGreaterThan(0)
    expect(Number(files.stdout)).toBeLessThan(2000)
  })

  it('leaves a file with holes cannot fill this machine’s disk or memory with it', async () => {
    const options = { disk: '8M', copyOut: { '/work/sparse': `${bundle.directory}/sparse` } } as const
    await expect(sh('truncate -s 100G sparse', options)).rejects.toThrow(/have holes/)
    await expect(sh('truncate -s 100G sparse', { disk: '8M', changes: 'tar' })).rejects.toThrow(/have holes/)
  })

  it('floods its output takes no memory here', { timeout: 120_000 }, async () => {
    let most = 0
    const timer = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss)
    }, 50)
    const start = process.memoryUsage().rss
    const { stdout, truncated } = await sh('head -c 1G /dev/zero', { maxOutput: MiB })
    clearInterval(timer)
    expect({ length: stdout.length, truncated }).toEqual({ length: MiB, truncated: true })
    expect((most - start) / MiB).toBeLessThan(200)
  })

  it('minds no signal is ended by one that nobody can mind', async () => {
    const script = 'trap "" TERM INT HUP QUIT; while :; do sleep 1; done'
    expect(await sh(script, { timeout: 300 })).toMatchObject({ signal: 'SIGKILL', timedOut: true })
  })

  it('hides from its parent ends with it', async () => {
    const script = '(setsid sh -c "(setsid sleep 100 &) ; sleep 100" > /dev/null 2>&1 &) ; echo gone'
    expect(await sh(script)).toMatchObject({ stdout: 'gone\n', exitCode: 0 })
  })

  it('stops, or stops everybody, is ended by time', async () => {
    expect(await sh('kill -STOP $$', { timeout: 300 })).toMatchObject({ timedOut: true })
    expect(await sh('sleep 100 & kill -STOP -1; kill -STOP $$', { timeout: 300 })).toMatchObject({ timedOut: true })
  })

  it('kills everybody it can harms itself alone', async () => {
    expect((await sh('kill -KILL -1; kill -KILL 1; echo alive')).stdout).toMatch(/alive|^$/)
  })

  it('never reads its input is not waited for', async () => {
    const input = Buffer.alloc(4 * MiB, 'x')
    expect(await sh('exit 3', { input })).toMatchObject({ exitCode: 3 })
    expect(await sh('sleep 100', { input, timeout: 300 })).toMatchObject({ timedOut: true })
  })

  it('makes zombies cannot make more than processes', async () => {
    const script = 'i=0; while [ $i -lt 300 ]; do (sleep 0 &) ; i=$((i+1)); done; echo made'
    const { endedBy, enforced } = await sh(script, { pids: 50, limits: 'best-effort', timeout: '30s' })
    expect(endedBy).toBeNull()
    expect(['cgroup', 'process']).toContain(enforced.pids)
  })

  it('nests directories without end does not keep us busy with them', async () => {
    const script = 'i=0; while mkdir d && cd d; do i=$((i+1)); [ $i -gt 400 ] && break; done 2> /dev/null'
    await expect(sh(script, { changes: true })).rejects.toThrow(/nested deeper/)
    expect((await sh(script)).endedBy).toBeNull()
  })

  it('holds a terminal open ends with it', async () => {
    const script = 'trap "" HUP; setsid sleep 100 & echo left'
    expect((await sh(script, { tty: true })).stdout).toMatch('left')
  })
})

describe('this program', () => {
  it('killed while a command runs: nothing runs any more at once, and the next that makes a sandbox removes the rest', async () => {
    const host = startNode('test/support/killed-sandbox.ts', { options: marked(bundle, { files: { '/work/f': 'x' } }) })
    const told = new Promise<string>((resolve) => host.stdout?.setEncoding('utf8').once('data', resolve))
    expect(await told).toBe('begun\n')
    const ended = new Promise((resolve) => host.once('close', resolve))
    host.kill('SIGKILL')
    await ended
    for (let round = 0; round < 200 && findProcesses(bundle.marker, -1).length > 0; round++) await delay(20)
    expect(findProcesses(bundle.marker, -1)).toEqual([])
    expect(await readdir(bundle.stateDir)).toHaveLength(1)
    // This one has swept before: it is another program that comes next.
    const next = startNode('test/support/killed-sandbox.ts', { options: marked(bundle), ends: true })
    expect(await new Promise((resolve) => next.once('close', resolve))).toBe(0)
    expect(await readdir(bundle.stateDir)).toEqual([])
  })

  it('leaves sandboxes of others that live alone', async () => {
    const other = startNode('test/support/killed-sandbox.ts', { options: marked(bundle) })
    await new Promise<string>((resolve) => other.stdout?.setEncoding('utf8').once('data', resolve))
    const next = startNode('test/support/killed-sandbox.ts', { options: marked(bundle), ends: true })
    expect(await new Promise((resolve) => next.once('close', resolve))).toBe(0)
    const [id = ''] = await readdir(bundle.stateDir)
    const container = await Container.load(id, { stateDir: bundle.stateDir })
    expect(await container.status()).toBe('created')
    const ended = new Promise((resolve) => other.once('close', resolve))
    other.kill('SIGKILL')
    await ended
    await container.delete({ force: true })
  })
})

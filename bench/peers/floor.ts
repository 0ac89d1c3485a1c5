// The C floor: compiled here when there is a compiler, kept running, and told to launch one container at a time.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compileDevices, deviceRules } from '../../lib/cgroups/devices.ts'
import { Config } from '../library.ts'
import type { Contestant, Stage } from './contestant.ts'

const sources = join(import.meta.dirname, '../floor')

/** Compiles the floor into `directory`. Returns the program's path, or null when there is no working C compiler. */
export function compileFloor(directory: string): string | null {
  const program = join(directory, 'floor')
  const files = ['floor.c', 'steps.c'].map((name) => join(sources, name))
  const { status } = spawnSync(process.env['CC'] ?? 'cc', ['-O2', '-static', '-o', program, ...files], {
    stdio: 'ignore',
  })
  return status === 0 ? program : null
}

/**
 * One container from the running floor process for each call. The milliseconds are those the floor measured itself, so
 * neither Node nor the pipe between the two is in them.
 */
export async function openFloor(stage: Stage): Promise<Contestant> {
  if (stage.floor === null) throw new Error('no C compiler')
  const devices = `${stage.floor}-devices`
  writeFileSync(devices, compileDevices(deviceRules(await Config.load(stage.bundle))))
  const child = spawn(stage.floor, ['serve', stage.rootfs, stage.cgroup ?? '-', devices, '/bin/true'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const contestant: Contestant = {
    name: 'floor',
    once: async () => {
      child.stdin.write('\n')
      const line = await lines.next()
      if (line.done === true) throw new Error('the floor ended')
      return (JSON.parse(line.value) as { us: number }).us / 1000
    },
    close: async () => {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
  await contestant.once()
  return contestant
}

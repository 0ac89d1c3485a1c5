// child_process.spawn('true'): what Node charges for any process at all, with no isolation.
import type { Contestant } from './contestant.ts'
import { timeSpawn, tryCommand } from './contestant.ts'

/** `spawn('true')` */
export async function openPlainSpawn(): Promise<Contestant> {
  tryCommand('true', [])
  return { name: 'spawn', once: () => timeSpawn('true', []), close: async () => {} }
}

// What tests in the guest share: containers with limits, and the files of their cgroups.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Config, Container, type CreateOptions, type Process, type Resources } from 'libcontainer'

export const ROOTFS = '/work/rootfs'
export const stateDir = join(mkdtempSync(join(tmpdir(), 'libcontainer-vm-')), 'state')
export const MiB = 1 << 20

let ids = 0
export const newId = (): string => `vm-${ids++}`

/** Parent of all containers' cgroups: it has no processes of its own, so it can pass controllers on. */
export const PARENT = '/containers'
export const MOUNT_POINT = '/sys/fs/cgroup'

export function limited(id: string, resources: Resources, args: readonly string[] = ['probe', 'wait']): Config {
  const config = Config.template({ args: [...args], rootPath: ROOTFS })
  config.linux = { ...config.linux, resources, cgroupsPath: `${PARENT}/${id}` }
  return config
}

export function run(resources: Resources, args?: readonly string[], options: CreateOptions = {}): Promise<Container> {
  const id = newId()
  return Container.run(id, limited(id, resources, args), { stateDir, ...options })
}

/** A file of the container's cgroup, without the last line's end. */
export const read = ({ id }: Container, file: string): string =>
  readFileSync(join(MOUNT_POINT, PARENT, id, file), 'utf8').trimEnd()

export const PIPED = { stdio: ['ignore', 'pipe', 'inherit'] } as const satisfies CreateOptions

/** All that a process writes, until it ends. */
export async function output({ stdout }: Process): Promise<string> {
  let text = ''
  for await (const chunk of stdout ?? []) text += String(chunk)
  return text
}

/** The first line that a program writes. */
export async function firstLine({ process: { stdout } }: Container): Promise<string> {
  let text = ''
  for await (const chunk of stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}

/**
 * How much cpu time containers get of the time that passes. An emulated processor may stand still for as long as its host
 * likes, so it is the window nearest to what is wanted that counts: a limit that does not hold is off in all of them.
 * @param judge how far off a window is
 */
export async function measureCpu(
  containers: readonly Container[],
  judge: (shares: readonly number[]) => number,
): Promise<number> {
  const usage = () => containers.map((each) => Number(/^usage_usec (\d+)$/m.exec(read(each, 'cpu.stat'))?.[1]))
  let best = Number.POSITIVE_INFINITY
  for (let window = 0; window < 6 && best > 0.05; window++) {
    const [before, start] = [usage(), process.hrtime.bigint()]
    await delay(2000)
    const passedUs = Number(process.hrtime.bigint() - start) / 1000
    best = Math.min(best, judge(usage().map((after, index) => (after - (before[index] ?? 0)) / passedUs)))
  }
  return best
}

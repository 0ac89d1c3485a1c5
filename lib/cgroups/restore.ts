// The way back from an update that failed: what to write for a file to hold what it held. Pure.
import type { CgroupValues, CgroupWrite } from './resources.ts'

/** Files with a line for each device, and what a line that was not there is to become. */
const KEYED: Readonly<Record<string, string | null>> = {
  'io.max': 'rbps=max wbps=max riops=max wiops=max',
  'io.weight': 'default',
  'io.bfq.weight': 'default',
  'io.latency': 'target=0',
  // The kernel lists every device and resource, limited or not.
  'rdma.max': null,
  'misc.max': null,
}

/** Writes that revert `done`, the last first. `old`: what the files held before. */
export function planRestore(done: readonly CgroupWrite[], old: CgroupValues): CgroupWrite[] {
  return done.toReversed().flatMap((write) => {
    // Of two names of one thing that file was written which is there.
    const { file, data } =
      write.otherwise !== undefined && !old.has(write.file) ? { ...write, ...write.otherwise } : write
    const before = old.get(file)
    const text = before === undefined ? undefined : oldValue(file, data, before, old)
    return text === undefined ? [] : [{ file, data: text, at: write.at }]
  })
}

/** Empty, they mean what the parent has; but with processes in the cgroup the kernel lets them not become empty again. */
const INHERITED = new Set(['cpuset.cpus', 'cpuset.mems'])

function oldValue(file: string, data: string, before: string, old: CgroupValues): string | undefined {
  const reset = KEYED[file]
  if (reset === undefined) {
    const text = before.trim() === '' && INHERITED.has(file) ? (old.get(`${file}.effective`) ?? before) : before
    return text.trim() === '' ? '\n' : text.trim()
  }
  const key = /^(\S+)\s/.exec(data)?.[1] ?? 'default'
  const line = before.split('\n').find((each) => each.startsWith(`${key} `))
  return line ?? (reset === null ? undefined : `${key} ${reset}`)
}

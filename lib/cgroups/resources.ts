// OCI `linux.resources` as writes to files of a cgroup, in order. Pure; cgroups/driver.ts carries them out.
import type { BlockIoLimits, CpuLimits, HugepageLimit, MemoryLimits, RdmaLimits, Resources } from '../config/types.ts'

/** One write(2) to a file of the cgroup. */
export interface CgroupWrite {
  readonly file: string
  readonly data: string
  /** JSON Pointer, from the resources, of what asks for it. */
  readonly at: string
  /** The file may be missing: it is there only on some kernels, and what it limits with it. */
  readonly optional?: true
  /** To be written when `file` does not exist. */
  readonly otherwise?: { readonly file: string; readonly data: string }
}

/** Contents of the cgroup's files, by name: what an update starts from. Empty for a new cgroup. */
export type CgroupValues = ReadonlyMap<string, string>

const NOTHING: CgroupValues = new Map()

/**
 * What to write, in order. `unified` comes last (config-linux.md, Unified). What is absent, or zero where the spec knows
 * no other way to leave a number out, stays as it is.
 */
export function planResources(resources: Resources, current: CgroupValues = NOTHING): CgroupWrite[] {
  return [
    ...planCpu(resources.cpu ?? {}, current),
    ...planCpuset(resources.cpu ?? {}),
    ...planMemory(resources.memory ?? {}),
    ...planBlockIo(resources.blockIO ?? {}),
    ...planPids(resources),
    ...planHugepages(resources.hugepageLimits ?? []),
    ...planRdma(resources.rdma ?? {}),
    ...planUnified(resources.unified ?? {}),
  ]
}

/** Files whose present contents an update asks for, whichever it writes. */
export const READ_FOR_UPDATE = [
  ...['cpu.max', 'cpu.max.burst', 'memory.max', 'memory.current'],
  ...['cpuset.cpus.effective', 'cpuset.mems.effective'],
] as const

/**
 * The controller a file belongs to; undefined for files of the core, and for those of PSI, which every cgroup has.
 */
export function controllerOf(file: string): string | undefined {
  const prefix = file.slice(0, file.indexOf('.'))
  return prefix === 'cgroup' || file.endsWith('.pressure') ? undefined : prefix
}

/** Controllers that the writes need, each once, with the first thing that asks for it. */
export function controllersOf(writes: readonly CgroupWrite[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const { file, at, optional } of writes) {
    const controller = controllerOf(file)
    if (controller !== undefined && optional === undefined && !found.has(controller)) found.set(controller, at)
  }
  return found
}

/**
 * Shares to weight, 2…262144 to 1…10000 with the default of the one, 1024, at the default of the other, 100. The older
 * straight line took 1024 to 39, so that a container with the default shares got less than one without any.
 */
export function weightOfShares(shares: number): number {
  if (shares <= 2) return 1
  if (shares >= 262_144) return 10_000
  const l = Math.log2(shares)
  return Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34))
}

function planCpu(cpu: CpuLimits, current: CgroupValues): CgroupWrite[] {
  const { shares = 0, idle } = cpu
  const writes: CgroupWrite[] = []
  const write = (file: string, data: number | bigint | string, at: string) =>
    writes.push({ file, data: String(data), at: `/cpu/${at}` })
  if (idle !== undefined) write('cpu.idle', idle, 'idle')
  // The kernel refuses a weight for a cgroup that is idle.
  if (shares !== 0 && Number(idle ?? 0) === 0) write('cpu.weight', weightOfShares(Number(shares)), 'shares')
  planCpuMax(cpu, current, write)
  return writes
}

function planCpuMax(
  { quota = 0, period = 0, burst }: CpuLimits,
  current: CgroupValues,
  write: (file: string, data: number | bigint | string, at: string) => void,
): void {
  if (quota !== 0 || period !== 0) {
    const oldBurst = current.get('cpu.max.burst')?.trim() ?? '0'
    // A quota below the burst is refused, whatever the burst is about to be.
    if (oldBurst !== '0') write('cpu.max.burst', 0, 'quota')
    const [keptQuota = 'max', keptPeriod] = current.get('cpu.max')?.trim().split(' ') ?? []
    const max = quota === 0 ? keptQuota : quota < 0 ? 'max' : String(quota)
    const per = period === 0 ? keptPeriod : period
    write('cpu.max', per === undefined ? max : `${max} ${per}`, quota === 0 ? 'period' : 'quota')
    if (oldBurst !== '0' && burst === undefined) write('cpu.max.burst', oldBurst, 'quota')
  }
  if (burst !== undefined) write('cpu.max.burst', burst, 'burst')
}

function planCpuset({ cpus = '', mems = '' }: CpuLimits): CgroupWrite[] {
  const writes: CgroupWrite[] = []
  if (cpus !== '') writes.push({ file: 'cpuset.cpus', data: cpus, at: '/cpu/cpus' })
  if (mems !== '') writes.push({ file: 'cpuset.mems', data: mems, at: '/cpu/mems' })
  return writes
}

const bytes = (value: number | bigint): string => (value < 0 ? 'max' : String(value))

function planMemory(memory: MemoryLimits): CgroupWrite[] {
  const { limit = 0, reservation = 0 } = memory
  const writes: CgroupWrite[] = []
  const swap = swapMax(memory)
  // Before the limit: what does not fit below that may have to be swapped out.
  if (swap !== undefined) {
    // Absent where the kernel has no swap, and then none can be used.
    const zero = swap === '0' ? ({ optional: true } as const) : {}
    writes.push({ file: 'memory.swap.max', data: swap, at: '/memory/swap', ...zero })
  }
  if (limit !== 0) writes.push({ file: 'memory.max', data: bytes(limit), at: '/memory/limit' })
  if (reservation !== 0) writes.push({ file: 'memory.low', data: bytes(reservation), at: '/memory/reservation' })
  return writes
}

/** OCI's `swap` is memory and swap together, the file's is swap alone. Validation wants a limit beside it. */
function swapMax({ limit = 0, swap = 0 }: MemoryLimits): string | undefined {
  // No limit on memory, and nothing said of swap: the sum cannot be limited either.
  if (swap === 0) return limit < 0 ? 'max' : undefined
  return swap < 0 ? 'max' : String(BigInt(swap) - BigInt(limit))
}

/** 10…1000 to 1…10000. */
const ioWeight = (weight: number): number => 1 + Math.floor(((weight - 10) * 9999) / 990)

/** With the BFQ scheduler io.bfq.weight counts and takes the weight as it is; else io.weight, whose scale is another. */
function weigh(key: string, weight: number, at: string): CgroupWrite {
  return {
    file: 'io.bfq.weight',
    data: `${key}${weight}`,
    at,
    otherwise: { file: 'io.weight', data: `${key}${ioWeight(weight)}` },
  }
}

const THROTTLES = [
  ['throttleReadBpsDevice', 'rbps'],
  ['throttleWriteBpsDevice', 'wbps'],
  ['throttleReadIOPSDevice', 'riops'],
  ['throttleWriteIOPSDevice', 'wiops'],
] as const

function planBlockIo(blockIO: BlockIoLimits): CgroupWrite[] {
  const { weight = 0, weightDevice = [] } = blockIO
  const writes: CgroupWrite[] = []
  if (weight !== 0) writes.push(weigh('', weight, '/blockIO/weight'))
  for (const [index, device] of weightDevice.entries()) {
    const { major, minor, weight: own = 0 } = device
    if (own !== 0) writes.push(weigh(`${major}:${minor} `, own, `/blockIO/weightDevice/${index}`))
  }
  // One write for each device: the kernel takes one a time, with all of its rates.
  const rates = new Map<string, { at: string; words: string[] }>()
  for (const [list, word] of THROTTLES) {
    for (const [index, { major, minor, rate = 0 }] of (blockIO[list] ?? []).entries()) {
      const device = `${major}:${minor}`
      const entry = rates.get(device) ?? { at: `/blockIO/${list}/${index}`, words: [] }
      entry.words.push(`${word}=${BigInt(rate) === 0n ? 'max' : rate}`)
      rates.set(device, entry)
    }
  }
  for (const [device, { at, words }] of rates) writes.push({ file: 'io.max', data: `${device} ${words.join(' ')}`, at })
  return writes
}

function planPids({ pids }: Resources): CgroupWrite[] {
  if (pids === undefined) return []
  // With 0 not even the first process could be born: 1 is what a container without children is.
  const data = pids.limit < 0 ? 'max' : String(pids.limit > 0 ? pids.limit : 1)
  return [{ file: 'pids.max', data, at: '/pids/limit' }]
}

function planHugepages(limits: readonly HugepageLimit[]): CgroupWrite[] {
  return limits.flatMap(({ pageSize, limit }, index): CgroupWrite[] => {
    const at = `/hugepageLimits/${index}`
    const data = String(limit)
    return [
      { file: `hugetlb.${pageSize}.max`, data, at },
      // Reservations too, or else a process that has reserved beyond the limit dies of SIGBUS when it uses them.
      { file: `hugetlb.${pageSize}.rsvd.max`, data, at, optional: true },
    ]
  })
}

function planRdma(limits: Readonly<Record<string, RdmaLimits>>): CgroupWrite[] {
  return Object.entries(limits).flatMap(([device, { hcaHandles, hcaObjects }]) => {
    const words = [
      ...(hcaHandles === undefined ? [] : [`hca_handle=${hcaHandles}`]),
      ...(hcaObjects === undefined ? [] : [`hca_object=${hcaObjects}`]),
    ]
    return words.length === 0 ? [] : [{ file: 'rdma.max', data: [device, ...words].join(' '), at: `/rdma/${device}` }]
  })
}

/** Line by line: files with a line for each device take no more than one at a time. */
function planUnified(unified: Readonly<Record<string, string>>): CgroupWrite[] {
  return Object.entries(unified).flatMap(([file, text]) => {
    const lines = text.split('\n').filter((line) => line !== '')
    // An empty value resets e.g. cpuset.cpus; a write of nothing would never reach the kernel.
    return (lines.length === 0 ? ['\n'] : lines).map((data) => ({ file, data, at: `/unified/${file}` }))
  })
}

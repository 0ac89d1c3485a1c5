// Writes to a cgroup as properties of the systemd unit that it belongs to, so that systemd does not undo them. Pure.
// Source: systemd.resource-control(5), org.freedesktop.systemd1(5).
import { parseNumberList } from '../config/number-list.ts'
import type { DeviceRule } from '../config/types.ts'
import { type DbusValue, Variant } from './dbus-message.ts'
import type { CgroupWrite } from './resources.ts'

/** A property by name, as D-Bus has it: `(sv)`. */
export type UnitProperty = readonly [name: string, value: Variant]

/** What systemd calls no limit. */
const INFINITY = 0xffff_ffff_ffff_ffffn

/** systemd keeps quotas by per mille of a second's hundredth: coarser values would be rounded down. */
const QUOTA_GRAIN = 10_000
const DEFAULT_PERIOD = 100_000

/** Reads what is written to one file; empty for what this version of systemd has no property for. */
type Reading = (data: string, version: number) => UnitProperty[]

const property = (name: string, signature: string, value: DbusValue): UnitProperty => [
  name,
  new Variant(signature, value),
]

const amount =
  (name: string, since = 0): Reading =>
  (data, version) => {
    const value = parseAmount(data)
    return version < since || value === undefined ? [] : [property(name, 't', value)]
  }

const numbers =
  (name: string): Reading =>
  (data, version) =>
    version < 244 ? [] : [property(name, 'ay', bitmapOf(data.trim()))]

/** cgroup file to property. What is not here systemd does not know, and leaves alone. */
const READINGS: Readonly<Record<string, Reading>> = {
  'memory.max': amount('MemoryMax'),
  'memory.high': amount('MemoryHigh'),
  'memory.low': amount('MemoryLow'),
  'memory.min': amount('MemoryMin', 240),
  'memory.swap.max': amount('MemorySwapMax'),
  'memory.zswap.max': amount('MemoryZSwapMax', 253),
  'memory.oom.group': (data, version) =>
    version < 253 ? [] : [property('OOMPolicy', 's', data.trim() === '1' ? 'kill' : 'continue')],
  'pids.max': amount('TasksMax'),
  'cpu.weight': amount('CPUWeight'),
  // systemd's word for it is the weight 0.
  'cpu.idle': (data, version) => (version < 252 || data.trim() !== '1' ? [] : [property('CPUWeight', 't', 0n)]),
  'cpu.max': readCpuMax,
  'cpuset.cpus': numbers('AllowedCPUs'),
  'cpuset.mems': numbers('AllowedMemoryNodes'),
  'io.weight': readIoWeight,
  'io.max': readIoMax,
}

/** A document that is written without reading what is there: later writes to a file come after, and win. */
export function propertiesOf(writes: readonly CgroupWrite[], version: number): UnitProperty[] {
  const found = writes.flatMap((write) => {
    // With BFQ the other file counts; systemd knows the scale of this one.
    const { file, data } = write.otherwise === undefined ? write : { ...write, ...write.otherwise }
    return READINGS[file]?.(data, version) ?? []
  })
  return mergeLists(found)
}

/** One property for each name: the last value, but all entries of those that are lists. */
function mergeLists(properties: readonly UnitProperty[]): UnitProperty[] {
  const merged = new Map<string, Variant>()
  for (const [name, variant] of properties) {
    const before = merged.get(name)
    const isList = variant.signature.startsWith('a(') && before !== undefined
    merged.set(name, isList ? new Variant(variant.signature, [...items(before), ...items(variant)]) : variant)
  }
  return [...merged]
}

const items = ({ value }: Variant): readonly DbusValue[] => value as readonly DbusValue[]

/** As the kernel reads it (lib/cmdline.c, memparse): decimal or hexadecimal, with K, M, G, T, P or E; `max`. */
function parseAmount(text: string): bigint | undefined {
  const trimmed = text.trim()
  if (trimmed === 'max') return INFINITY
  const [, number, suffix = ''] = /^(0x[\da-f]+|\d+)([KMGTPE]?)$/i.exec(trimmed) ?? []
  if (number === undefined) return undefined
  return BigInt(number) << BigInt(10 * ('KMGTPE'.indexOf(suffix.toUpperCase()) + 1) * Number(suffix !== ''))
}

/** `max`, `50000` or `50000 100000`. */
function readCpuMax(data: string, version: number): UnitProperty[] {
  const [quota = '', period] = data.trim().split(/\s+/)
  const perPeriod = Number(period ?? DEFAULT_PERIOD)
  const perSecond = Math.ceil((Number(quota) * 1_000_000) / perPeriod / QUOTA_GRAIN) * QUOTA_GRAIN
  if (quota !== 'max' && !Number.isFinite(perSecond)) return []
  const value = quota === 'max' ? INFINITY : BigInt(perSecond)
  const periods = period === undefined || version < 242 ? [] : [property('CPUQuotaPeriodUSec', 't', BigInt(perPeriod))]
  return [property('CPUQuotaPerSecUSec', 't', value), ...periods]
}

/** A byte for eight numbers, the lowest first. */
function bitmapOf(list: string): Uint8Array {
  const listed = parseNumberList(list)
  const bytes = new Uint8Array(Math.ceil(((listed.at(-1) ?? -1) + 1) / 8))
  for (const number of listed) bytes[number >> 3] = (bytes[number >> 3] ?? 0) | (1 << (number & 7))
  return bytes
}

/** `100`, `default 100` or `8:0 100`. */
function readIoWeight(data: string): UnitProperty[] {
  const [first = '', second] = data.trim().split(/\s+/)
  const weight = parseAmount(second ?? first)
  if (weight === undefined) return []
  if (!first.includes(':')) return [property('IOWeight', 't', weight)]
  return [property('IODeviceWeight', 'a(st)', [[blockDevice(first), weight]])]
}

const LIMITS: Readonly<Record<string, string>> = {
  rbps: 'IOReadBandwidthMax',
  wbps: 'IOWriteBandwidthMax',
  riops: 'IOReadIOPSMax',
  wiops: 'IOWriteIOPSMax',
}

/** `8:0 rbps=1000 wiops=max`. */
function readIoMax(data: string): UnitProperty[] {
  const [device = '', ...words] = data.trim().split(/\s+/)
  return words.flatMap((word) => {
    const [key = '', text = ''] = word.split('=')
    const [name, value] = [LIMITS[key], parseAmount(text)]
    return name === undefined || value === undefined ? [] : [property(name, 'a(st)', [[blockDevice(device), value]])]
  })
}

const blockDevice = (numbers: string): string => `/dev/block/${numbers}`

/**
 * What systemd is to let through: never less than the rules do, since the container's own program decides in the end, and
 * both must agree. What systemd has no words for makes it let all through.
 */
export function deviceProperties(rules: readonly DeviceRule[]): UnitProperty[] {
  const allowed = rules.filter(({ allow }) => allow).map(deviceEntry)
  const isSayable = allowed.every((entry) => entry !== undefined)
  // The empty list takes away what was there; before the policy, or there would be a moment without anything allowed.
  return [
    property('DeviceAllow', 'a(ss)', []),
    property('DevicePolicy', 's', isSayable ? 'strict' : 'auto'),
    ...(isSayable ? [property('DeviceAllow', 'a(ss)', allowed as string[][])] : []),
  ]
}

const isAny = (number: number | bigint | undefined): boolean => number === undefined || number < 0

function deviceEntry({ type = 'a', major, minor, access = 'rwm' }: DeviceRule): string[] | undefined {
  if (type !== 'b' && type !== 'c') return undefined
  const kind = type === 'b' ? 'block' : 'char'
  if (!isAny(minor)) return isAny(major) ? undefined : [`/dev/${kind}/${major}:${minor}`, access]
  return [`${kind}-${isAny(major) ? '*' : major}`, access]
}

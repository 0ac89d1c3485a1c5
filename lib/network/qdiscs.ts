// Requests about queueing disciplines: how fast and in what order an interface sends. Pure.
//
// Spec: include/uapi/linux/pkt_sched.h; net/sched/sch_{tbf,fq_codel,netem}.c; tc(8) for how a rate becomes numbers.
import { attribute, NLM_F, nested, type Request, terminated, u32 } from './netlink.ts'

const RTM_NEWQDISC = 36
const RTM_DELQDISC = 37
const TCA = { KIND: 1, OPTIONS: 2 } as const
const TC_H_ROOT = 0xffff_ffff

/** Ticks of the packet scheduler's clock in a microsecond: 64 ns each (include/net/pkt_sched.h, PSCHED_SHIFT). */
const TICKS_PER_MICROSECOND = 15.625

/** A discipline at the root of an interface. */
export type Qdisc =
  | {
      readonly kind: 'tbf'
      /** Bytes a second. */
      readonly rate: number
      /** Bytes that may be sent at once. */
      readonly burst: number
      /** Bytes that may wait; more are dropped. */
      readonly limit: number
    }
  | {
      readonly kind: 'fq_codel'
      /** Packets. */
      readonly limit?: number
      readonly flows?: number
      /** Microseconds. */
      readonly target?: number
      readonly interval?: number
      readonly ecn?: boolean
    }
  | {
      readonly kind: 'netem'
      /** Microseconds. */
      readonly delay?: number
      readonly jitter?: number
      /** Shares of 1. */
      readonly loss?: number
      readonly duplicate?: number
      /** Packets. Default: 1000. */
      readonly limit?: number
    }

/**
 * @param handle its number, e.g. 0x10000 for `1:`; 0: the kernel's choice
 * @param replace in the place of one that is there
 */
export function newQdisc(index: number, qdisc: Qdisc, { handle = 0, replace = false } = {}): Request {
  const flags = NLM_F.CREATE | (replace ? NLM_F.REPLACE : NLM_F.EXCL)
  const payload = Buffer.concat([header(index, handle), terminated(TCA.KIND, qdisc.kind), options(qdisc)])
  return { what: `RTM_NEWQDISC ${qdisc.kind}`, type: RTM_NEWQDISC, flags, payload }
}

/** Removes the one at the root. */
export function deleteQdisc(index: number): Request {
  return { what: 'RTM_DELQDISC', type: RTM_DELQDISC, flags: 0, payload: header(index, 0) }
}

/** struct tcmsg. */
function header(index: number, handle: number): Buffer {
  const bytes = Buffer.alloc(20)
  bytes.writeInt32LE(index, 4)
  bytes.writeUInt32LE(handle, 8)
  bytes.writeUInt32LE(TC_H_ROOT, 12)
  return bytes
}

function options(qdisc: Qdisc): Buffer {
  switch (qdisc.kind) {
    case 'tbf':
      return nested(TCA.OPTIONS, ...tbf(qdisc))
    case 'fq_codel':
      return nested(TCA.OPTIONS, ...fqCodel(qdisc))
    case 'netem':
      return attribute(TCA.OPTIONS, netem(qdisc))
  }
}

type Of<K extends Qdisc['kind']> = Extract<Qdisc, { kind: K }>

const TCA_TBF = { PARMS: 1, RTAB: 2, BURST: 6 } as const
/** Sizes are looked up in steps of 8 bytes, up to 2 KiB. */
const CELL_LOG = 3
const TC_LINKLAYER_ETHERNET = 1
const CELLS = 256

function tbf({ rate, burst, limit }: Of<'tbf'>): Buffer[] {
  const parameters = Buffer.alloc(36)
  // struct tc_ratespec, another of zeros for the peak rate, limit, buffer, mtu.
  parameters.writeUInt8(CELL_LOG, 0)
  parameters.writeUInt8(TC_LINKLAYER_ETHERNET, 1)
  parameters.writeInt16LE(-1, 4)
  parameters.writeUInt32LE(Math.min(rate, 0xffff_ffff), 8)
  parameters.writeUInt32LE(limit, 24)
  parameters.writeUInt32LE(ticks(burst, rate), 28)
  const table = Buffer.alloc(4 * CELLS)
  for (let cell = 0; cell < CELLS; cell++) table.writeUInt32LE(ticks((cell + 1) << CELL_LOG, rate), 4 * cell)
  return [attribute(TCA_TBF.PARMS, parameters), u32(TCA_TBF.BURST, burst), attribute(TCA_TBF.RTAB, table)]
}

/** How long sending so many bytes takes; rounded as tc(8) rounds. */
const ticks = (bytes: number, rate: number): number =>
  Math.min(Math.trunc(Math.trunc(1e6 * (bytes / rate)) * TICKS_PER_MICROSECOND), 0xffff_ffff)

const TCA_FQ_CODEL = { TARGET: 1, LIMIT: 2, INTERVAL: 3, ECN: 4, FLOWS: 5 } as const

function fqCodel({ limit, flows, target, interval, ecn }: Of<'fq_codel'>): Buffer[] {
  return [
    ...(limit === undefined ? [] : [u32(TCA_FQ_CODEL.LIMIT, limit)]),
    ...(flows === undefined ? [] : [u32(TCA_FQ_CODEL.FLOWS, flows)]),
    ...(interval === undefined ? [] : [u32(TCA_FQ_CODEL.INTERVAL, interval)]),
    ...(target === undefined ? [] : [u32(TCA_FQ_CODEL.TARGET, target)]),
    ...(ecn === undefined ? [] : [u32(TCA_FQ_CODEL.ECN, Number(ecn))]),
  ]
}

/** struct tc_netem_qopt. */
function netem({ delay = 0, jitter = 0, loss = 0, duplicate = 0, limit = 1000 }: Of<'netem'>): Buffer {
  const share = (of: number) => Math.round(of * 0xffff_ffff)
  const bytes = Buffer.alloc(24)
  bytes.writeUInt32LE(Math.trunc(delay * TICKS_PER_MICROSECOND), 0)
  bytes.writeUInt32LE(limit, 4)
  bytes.writeUInt32LE(share(loss), 8)
  bytes.writeUInt32LE(share(duplicate), 16)
  bytes.writeUInt32LE(Math.trunc(jitter * TICKS_PER_MICROSECOND), 20)
  return bytes
}

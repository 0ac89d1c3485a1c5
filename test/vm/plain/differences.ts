// Where other runtimes make something else of a document than we do, and why. docs/cgroups.md says the same in words.
import type { Runtime } from './peers.ts'

export interface Difference {
  readonly why: string
  readonly of: readonly Runtime[]
  /** What the document says. */
  readonly document: RegExp
  /** What the other runtime makes of it: a file and what it says there, or a refusal. */
  readonly outcome: RegExp
  /** Newer releases do as we do. */
  readonly untilNewer?: true
}

const BOTH: readonly Runtime[] = ['crun', 'runc']

/** Asks for what the guest does not have: no RDMA, no such resource or size of huge pages. All refuse that. */
export const REFUSED_HERE = /"rdma":\{"\w+":\{"|"misc\.max"|"64KB"/

export const DIFFERENCES: readonly Difference[] = [
  {
    why: 'shares to weights by a straight line takes the default of 1024 to 39, less than without any shares',
    of: BOTH,
    document: /"shares":(512|1024|2048)\b/,
    outcome: /^cpu\.weight(\.nice)?: (20|39|79|7|4|1), here/,
    untilNewer: true,
  },
  {
    why: 'burst came to the spec later',
    of: BOTH,
    document: /"burst":10000/,
    outcome: /^cpu\.max\.burst: 0, here 10000$/,
    untilNewer: true,
  },
  {
    why: 'idle came to the spec later',
    of: ['runc'],
    document: /"idle":1/,
    outcome: /^cpu\.(idle: 0|weight: (100|39)|weight\.nice: [04]), here/,
    untilNewer: true,
  },
  {
    why: 'without a limit on reservations a process that has reserved too much dies of SIGBUS when it uses it',
    of: BOTH,
    document: /"pageSize":"2MB"/,
    outcome: /^hugetlb\.2MB\.rsvd\.max: max, here 4194304$/,
    untilNewer: true,
  },
  {
    why: 'the kernel takes one line of a device at a time, and so we write them',
    of: BOTH,
    document: /"unified":\{"io\.max":".*\\n/,
    outcome: /^refused: .*io\.max/i,
  },
  {
    why: 'a rate of 0 is none, as on cgroup v1; io.max knows it by the name of max only',
    of: BOTH,
    document: /"rate":0\b/,
    outcome: /^refused: .*numerical result out of range/i,
  },
  {
    why: 'a limit of 0 is a number that is left out: nothing could run with it',
    of: ['crun'],
    document: /"memory":\{"limit":0\}/,
    outcome: /^refused: OOM: the memory limit could be too low/,
  },
  {
    why: 'swap 0 is a number that is left out',
    of: ['crun'],
    document: /"limit":\d+,"swap":0\b/,
    outcome: /^refused: cannot set memory\+swap limit less than the memory limit/,
  },
  {
    why: 'kernel memory counts as memory anyway: we say so in a warning',
    of: ['crun'],
    document: /"kernel":5/,
    outcome: /^refused: cannot set kernel memory with cgroupv2/,
  },
  {
    why: 'knows io.weight of single disks not, or looks for it where the controller is not enabled',
    of: ['crun'],
    document: /"weightDevice":\[/,
    outcome: /^refused: open io\.weight/,
    untilNewer: true,
  },
  {
    why: 'writes weights of single disks for BFQ alone',
    of: ['runc'],
    document: /"weightDevice":\[\{.*"weight":500/,
    outcome: /^io\.weight: default 100, here default 100\n\S+ 4950$/,
  },
  {
    why: 'writes a line that says nothing, which the kernel refuses',
    of: ['runc'],
    document: /"rdma":\{"mlx5_1":\{\}\}/,
    outcome: /^refused: .*no such device/,
  },
  {
    why: 'did not know rdma',
    of: ['crun'],
    document: /"rdma":/,
    outcome: /^accepted, refused here: .*rdma\.max/,
    untilNewer: true,
  },
  {
    why: 'a rule that names no access is about all of them',
    of: ['runc'],
    document: /"devices":\[\{"allow":true\}\]/,
    outcome: /^refused: .*device access at 0 field cannot be empty/,
  },
]

/** Whether the difference is this one. */
export function explains({ of, document, outcome }: Difference, runtime: Runtime, text: string, line: string): boolean {
  return of.includes(runtime) && document.test(text) && outcome.test(line)
}

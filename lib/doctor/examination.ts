// What the doctor is told, and what it answers.

import type { NamespaceType } from '../config/types.ts'
import type { Trials } from '../host/trials.ts'
import type { Host } from '../host.ts'

/** Everything there is to know of a machine, gathered by whoever asks. */
export interface Examination {
  readonly host: Host
  /** `process.versions.node` */
  readonly nodeVersion: string
  /** `process.execPath` */
  readonly nodePath: string
  /** `process.arch` */
  readonly arch: string
  /** The file that was loaded, or why none could be. */
  readonly addon: { readonly path: string } | { readonly failure: string }
  /** What the kernel did when asked; null when there is no addon to ask with. */
  readonly trials: Trials | null
  /** Programs for compiling the addon that are not in PATH, with how to install them. */
  readonly missingTools: ReadonlyArray<{ readonly name: string; readonly install: string }>
}

/** What is looked at. */
export type CheckName =
  | 'Node.js'
  | 'processor'
  | 'kernel'
  | 'native addon'
  | 'build tools'
  | 'system calls'
  | 'newer system calls'
  | `${NamespaceType} namespaces`
  | 'new procfs'
  | 'new sysfs'
  | 'overlay'
  | 'overlay in user namespace'
  | 'cgroup2'
  | 'own cgroup'
  | `${LimitController} limits`
  | 'seccomp filters'
  | 'AppArmor'
  | 'SELinux'
  | 'many ids in a user namespace'

/** Controllers of resource limits. */
export type LimitController = 'memory' | 'cpu' | 'pids' | 'io' | 'cpuset' | 'hugetlb'

/** One line of the report. */
export interface Check {
  /** What was looked at, e.g. `pid namespaces`. */
  readonly name: CheckName
  /** Without a requirement no container runs; without a feature, configurations that ask for it are refused. */
  readonly kind: 'requirement' | 'feature'
  /** Null when it could not be found out. */
  readonly ok: boolean | null
  /** What was found, in a few words. */
  readonly found: string
  /** What to do when it is not ok; may have several lines. */
  readonly remedy?: string
}

export type Kind = Check['kind']

/** A check whose remedy is shown only when it is needed. */
export const check = (kind: Kind, name: CheckName, ok: boolean | null, found: string, remedy?: string): Check =>
  ok === false && remedy !== undefined ? { name, kind, ok, found, remedy } : { name, kind, ok, found }

// The OCI state document (runtime.md#state): what callers ask for and hooks are given. Pure.
import type { State } from '../config/types.ts'
import { OCI_VERSION } from '../version.ts'

/** What the document tells of a container beside its status. */
export interface Described {
  readonly id: string
  readonly bundle: string
  readonly config: { readonly annotations?: Record<string, string> }
}

/** @param pid of the first process, where there is one */
export function describeState({ id, bundle, config }: Described, status: State['status'], pid?: number): State {
  return {
    ociVersion: OCI_VERSION,
    id,
    status,
    ...(pid === undefined ? {} : { pid }),
    bundle,
    ...(config.annotations === undefined ? {} : { annotations: config.annotations }),
  }
}

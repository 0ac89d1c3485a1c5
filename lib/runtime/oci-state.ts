// The OCI state document (runtime.md#state): what callers ask for and hooks are given. Pure.
import type { State } from '../config/types.ts'

/** The part of the OCI runtime spec that this library implements (state's `ociVersion`). */
const OCI_VERSION = '1.3.0'

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

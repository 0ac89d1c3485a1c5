// What the scripts that create containers are told.
import type { Config } from '../../lib/config/types.ts'
import type { CreateOptions } from '../../lib/index.ts'
import type { HostStep } from '../../lib/runtime/create-options.ts'

export interface CreatorMessage {
  readonly operation: 'create' | 'run'
  readonly id: string
  readonly config: Config
  readonly options: Pick<
    CreateOptions,
    'stateDir' | 'bundle' | 'rootfs' | 'stdio' | 'network' | 'init' | 'parentDeathSignal'
  >
  /** Where SIGKILL hits; unset: not at all, and the container is left as it is. */
  readonly killAt?: HostStep
}

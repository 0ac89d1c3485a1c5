// Resource limits: from the document's names to the kernel's numbers.
import { RLIMITS } from '../config/rlimits.ts'
import type { Rlimit } from '../config/types.ts'
import { ContainerError } from '../errors.ts'
import type { OpOf } from '../plan/ops.ts'

const NUMBERS = new Map<string, number>(RLIMITS.map((name, number) => [name, number]))

/**
 * One setRlimit for each limit. Spec: config.md, POSIX process; setrlimit(2).
 * @throws ContainerError ERR_INVALID_CONFIG for a name that is not one of the sixteen
 */
export function planRlimits(rlimits: readonly Rlimit[] = []): Array<OpOf<'setRlimit'>> {
  return rlimits.map(({ type, soft, hard }, index) => {
    const resource = NUMBERS.get(type)
    if (resource === undefined) throw unknown(type, index)
    return { op: 'setRlimit', resource, soft: BigInt(soft), hard: BigInt(hard) }
  })
}

function unknown(type: string, index: number): ContainerError {
  const problem = { path: `/process/rlimits/${index}/type`, message: `there is no resource limit ${type}` }
  return new ContainerError({ code: 'ERR_INVALID_CONFIG', operation: 'plan', problems: [problem] })
}

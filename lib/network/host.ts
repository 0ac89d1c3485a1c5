// Sends requests to the kernel's networking. Effects.
import { type Fd, native } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { errnoName, isSystemError, systemFailure } from '../failures.ts'
import {
  decodeMessages,
  encodeRequest,
  type Message,
  NETLINK_ROUTE,
  NLMSG,
  type Request,
  refusalOf,
} from './netlink.ts'

/** A request, and the network namespace it is about; without one it is this process's. */
export interface Step {
  readonly request: Request
  readonly netns?: Fd
}

/** On whose behalf. */
export interface NetworkContext {
  readonly operation: string
  readonly id?: string
}

/** A request was refused: which one, and what the kernel said. */
export interface Refused {
  /** Its place among the steps. */
  readonly step: number
  readonly error: ContainerError
}

/** In the answer to a dump: something changed meanwhile, and it may have missed or doubled entries. */
const NLM_F_DUMP_INTR = 0x10
const DUMP_ATTEMPTS = 5

/**
 * Sends requests in order, up to the first that is refused, all on one thread of the addon: one hop. Nothing is executed,
 * and no thread of this process changes its namespace.
 * @returns the answer to each, without its acknowledgement
 * @throws ContainerError ERR_SYSTEM with the kernel's own words (`detail`), its `op` saying which request it was
 */
export async function sendRequests(
  steps: readonly Step[],
  context: NetworkContext,
  protocol: number = NETLINK_ROUTE,
): Promise<Message[][]> {
  const { answers, refused } = await tryRequests(steps, context, protocol)
  if (refused !== undefined) throw refused.error
  return answers
}

/** {@link sendRequests} that tells a refusal rather than throws it. */
export async function tryRequests(
  steps: readonly Step[],
  context: NetworkContext,
  protocol: number = NETLINK_ROUTE,
): Promise<{ readonly answers: Message[][]; readonly refused: Refused | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const answers = await exchange(steps, context, protocol)
    const interrupted = answers.flat().some(({ flags }) => (flags & NLM_F_DUMP_INTR) !== 0)
    if (interrupted && attempt < DUMP_ATTEMPTS) continue
    const last = answers.length - 1
    const refusal = refusalOf(answers[last] ?? [])
    const step = steps[last]
    const refused =
      refusal === undefined || step === undefined
        ? undefined
        : { step: last, error: failureOf(step.request, refusal, context) }
    return { answers: answers.map((answer) => answer.filter((message) => !isEnd(message))), refused }
  }
}

const isEnd = ({ type }: Message): boolean => type === NLMSG.ERROR || type === NLMSG.DONE

async function exchange(steps: readonly Step[], context: NetworkContext, protocol: number): Promise<Message[][]> {
  const netns = steps.map((step) => step.netns ?? -1)
  const requests = steps.map(({ request }, index) => encodeRequest(request, index + 1))
  const received = await native()
    .netlink(protocol, netns, requests)
    .catch((cause: unknown) => {
      throw systemFailure(cause, { ...context, op: 'netlink' })
    })
  const answers: Message[][] = [[]]
  for (const message of received.flatMap((each) => decodeMessages(each))) {
    answers.at(-1)?.push(message)
    if (isEnd(message)) answers.push([])
  }
  return answers.slice(0, -1)
}

function failureOf(
  { what }: Request,
  { errno, text, offset, missing }: NonNullable<ReturnType<typeof refusalOf>>,
  context: NetworkContext,
): ContainerError {
  const place = offset === undefined ? '' : ` (at byte ${offset} of the request)`
  const absent = missing === undefined ? undefined : `attribute ${missing} is missing`
  const words = text ?? absent
  return new ContainerError({
    code: 'ERR_SYSTEM',
    ...context,
    op: what,
    syscall: 'netlink',
    errno: errnoName(errno),
    detail: words === undefined ? undefined : `${words}${place}`,
  })
}

/** The `op` of an error that says so. */
export const OPEN_NAMESPACE = 'open the network namespace'

/** Opens the network namespace of a process; whoever gets the descriptor closes it. */
export function openNetworkNamespace(pid: number, context: NetworkContext): Fd {
  try {
    return native().open(`/proc/${pid}/ns/net`, 0)
  } catch (cause) {
    throw isSystemError(cause) ? systemFailure(cause, { ...context, op: OPEN_NAMESPACE }) : cause
  }
}

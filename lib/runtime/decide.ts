// Everything about a new container that is decided before its first effect. Pure but for remembering its answers.
import { type CgroupDriver, placeCgroup } from '../cgroups/placement.ts'
import { parseJson, stringifyJson } from '../config/json.ts'
import type { Config } from '../config/types.ts'
import { type ValidConfig, validateConfig } from '../config/validate.ts'
import type { Host } from '../host.ts'
import { type Joined, withJoined } from '../namespaces/joined.ts'
import { hasCgroupNamespace } from '../namespaces/plan.ts'
import { encodePlan } from '../plan/codec.ts'
import { type ContainerPlan, planAll, type Rootfs } from '../plan/plan.ts'
import { Remembered } from './remembered.ts'
import { resolveRootfs } from './rootfs.ts'

export interface Question {
  readonly id: string
  readonly document: Config
  readonly host: Host
  readonly bundle: string
  readonly rootfs: Rootfs | undefined
  /** Whether the program waits for `start`. */
  readonly gate: boolean
  readonly newKeyring: boolean | undefined
  /** Default: 0. */
  readonly passedFds?: number
  readonly listenFds?: readonly string[] | undefined
  /** Whether the terminal goes to a console socket. Default: false. */
  readonly consoleSocket?: boolean
  readonly failAt: number | undefined
  /** Whether init tells how long each operation took. Default: false. */
  readonly trace?: boolean
  /** Whether init stays as the first process. */
  readonly init: boolean
  /** Who makes the cgroup. Default: `auto`. */
  readonly cgroupDriver?: CgroupDriver | undefined
  /** Whether the caller has functions to call at createRuntime. */
  readonly hostHooks: boolean
  /** Whether Node connects it to a network. Default: false. */
  readonly connects?: boolean
  readonly parentDeathSignal?: number | undefined
  /** What is known of namespaces that are joined. Default: none is. */
  readonly joined?: Joined | undefined
}

export interface Decision extends ContainerPlan {
  /** With what is known of namespaces that are joined. */
  readonly config: ValidConfig
  /** The document as JSON: what the record keeps. */
  readonly text: string
  readonly warnings: readonly string[]
  /** The plan as it is sent. */
  readonly bytes: Uint8Array
}

const remembered = new Remembered<Decision>()

/**
 * Validates, plans and encodes, or finds that this has been done for an equal document. A document is read as text, so
 * that one changed in place is another; writing it costs a tenth of judging it, and the record needs the text anyway.
 * @throws ContainerError ERR_INVALID_CONFIG or ERR_UNSUPPORTED
 */
export function decide(question: Question): Decision {
  const { id, document, host, bundle, rootfs, gate, newKeyring, passedFds, listenFds, consoleSocket } = question
  const { failAt, trace = false, init, hostHooks, cgroupDriver, connects = false } = question
  const { parentDeathSignal, joined } = question
  const text = writeDocument(document, host)
  const passing = [passedFds, listenFds, consoleSocket, connects]
  const wish = [bundle, rootfs, gate, newKeyring, passing, failAt, trace, init, hostHooks, cgroupDriver]
  const key = `${text}${JSON.stringify([...wish, parentDeathSignal, joined])}`
  const known = remembered.get(host, key)
  // What depends on the id is the cgroup, which only a container that sees the host's tree finds in its plan.
  if (known !== undefined && hasCgroupNamespace(known.config)) {
    return { ...known, cgroup: placeCgroup(known.config, host, id, cgroupDriver) }
  }
  const answer = judge(question, text)
  remembered.set(host, key, answer)
  return answer
}

/** The document as JSON, which says all that it says. */
export function writeDocument(document: Config, host: Host): string {
  try {
    return stringifyJson(document)
  } catch (cause) {
    // It has a cycle, or is no document at all: judging it says so better.
    validateConfig(document, host)
    throw cause
  }
}

function judge(question: Question, text: string): Decision {
  const { id, document, host, bundle, rootfs, gate, newKeyring = true } = question
  const { passedFds = 0, listenFds, consoleSocket = false } = question
  const { failAt, trace = false, init, hostHooks, cgroupDriver = 'auto', connects = false } = question
  const { parentDeathSignal, joined } = question
  // Its caller may change the document afterwards; the answer has to stay what it is.
  const copy = (): Config => parseJson(text) as Config
  const { warnings } = validateConfig(joined === undefined ? document : withJoined(copy(), joined), host)
  const config = (joined === undefined ? copy() : withJoined(copy(), joined)) as ValidConfig
  const options = {
    id,
    gate,
    rootfs: resolveRootfs(config, bundle, rootfs),
    bundle,
    passedFds,
    listenFds,
    consoleSocket,
    newKeyring,
    init,
    hostHooks,
    cgroupDriver,
    connects,
    parentDeathSignal,
    ...(joined?.ids === undefined ? {} : { joinedSetGroups: joined.ids.setGroups }),
  }
  const plans = planAll(config, host, options)
  const bytes = encodePlan(plans.plan, { trace, ...(failAt === undefined ? {} : { failAt }) })
  return { ...plans, config, text, warnings: [...warnings, ...plans.warnings], bytes }
}

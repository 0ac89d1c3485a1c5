// The doctor's checks of namespaces, and of the filesystems a container mounts in them. Pure.

import type { NamespaceType } from '../config/types.ts'
import { findHint } from '../hints.ts'
import type { TrialFailure, TrialName } from '../host/trials.ts'
import { type Check, type CheckName, check, type Examination, type Kind } from './examination.ts'

const CAP_SYS_ADMIN = 1n << 21n
const TYPES = ['mount', 'pid', 'network', 'uts', 'ipc', 'cgroup'] as const

export function checkNamespaces(examination: Examination): Check[] {
  return [
    checkUserNamespaces(examination),
    ...TYPES.map((type) => checkNamespace(type, examination)),
    check(
      'feature',
      'time namespaces',
      examination.host.namespaces.time,
      examination.host.namespaces.time ? 'in the kernel' : 'not in the kernel',
      'use a kernel with CONFIG_TIME_NS',
    ),
  ]
}

/** Root can do without; an ordinary user cannot make any other namespace. */
function checkUserNamespaces(examination: Examination): Check {
  const { host, trials } = examination
  const isRoot = (host.capabilities & CAP_SYS_ADMIN) !== 0n
  const kind = isRoot ? 'feature' : 'requirement'
  const judged = host.userNamespaces
  if (trials === null) {
    const found = judged.usable ? 'allowed by all settings; not tried without the addon' : 'forbidden'
    return check(kind, 'user namespaces', judged.usable ? null : false, found, userRemedy(examination))
  }
  // What the kernel does outweighs what its settings say.
  const failure = trials.user ?? null
  const found = failure === null ? 'made one, with rights inside' : describe(failure)
  return check(kind, 'user namespaces', failure === null, found, userRemedy(examination))
}

function userRemedy({ host, trials, nodePath }: Examination): string {
  const { reason, blockedBy } = host.userNamespaces
  if (blockedBy === 'apparmor') return appArmorRemedy(nodePath)
  if (reason !== undefined) return reason
  const failure = trials?.user ?? null
  if (host.seccompFiltered)
    return 'a seccomp filter stands around this process: run the outer container with a profile that allows user namespaces, or with --security-opt seccomp=unconfined'
  return (failure && hint(failure)) ?? 'no setting is known to forbid them: are we in a chroot, or 32 levels deep?'
}

/** The narrow way first: rights for this Node alone. */
const appArmorRemedy = (nodePath: string): string =>
  `AppArmor restricts them (kernel.apparmor_restrict_unprivileged_userns is 1). Either allow them to this Node:
  sudo tee /etc/apparmor.d/node-libcontainer <<'END'
  abi <abi/4.0>,
  include <tunables/global>
  profile node-libcontainer ${nodePath} flags=(unconfined) {
    userns,
  }
  END
  sudo apparmor_parser -r /etc/apparmor.d/node-libcontainer
or to every program:
  sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`

function checkNamespace(type: NamespaceType & TrialName, examination: Examination): Check {
  const name = `${type} namespaces` as const
  if (!examination.host.namespaces[type]) {
    return check('requirement', name, false, 'not in the kernel', 'use a kernel that is built with them')
  }
  return checkTrial('requirement', name, type, examination, 'made one')
}

export function checkFilesystems(examination: Examination): Check[] {
  return [
    checkTrial('requirement', 'new procfs', 'proc', examination, 'mounted one', REVEALING),
    checkTrial('feature', 'new sysfs', 'sysfs', examination, 'mounted one', REVEALING),
    checkTrial('feature', 'overlay', 'overlay', examination, 'mounted one', OVERLAY),
    checkTrial('feature', 'overlay in user namespace', 'overlayInUserNamespace', examination, 'mounted one', OVERLAY),
  ]
}

const REVEALING =
  'the outer container hides parts of its own, so the kernel gives no whole one: run it with --security-opt systempaths=unconfined (Kubernetes: procMount: Unmasked)'
const OVERLAY = 'load the module (modprobe overlay), or give the container a root directory instead of an overlay'

function checkTrial(
  kind: Kind,
  name: CheckName,
  trial: TrialName,
  { trials }: Examination,
  success: string,
  remedy?: string,
): Check {
  if (trials === null) return check(kind, name, null, 'not tried without the addon')
  const failure = trials[trial]
  if (failure === undefined) return check(kind, name, null, 'not tried: needs user namespaces')
  if (failure === null) return check(kind, name, true, success)
  // A process that could not even be started says nothing of the filesystem.
  const advice = failure.op === undefined ? undefined : remedy
  return check(kind, name, false, describe(failure), advice ?? hint(failure))
}

function describe({ op, syscall, errno, detail }: NonNullable<TrialFailure>): string {
  return [op, syscall, errno, detail].filter(Boolean).join(': ')
}

const hint = ({ op, syscall, errno }: NonNullable<TrialFailure>): string | undefined => findHint(op, syscall, errno)

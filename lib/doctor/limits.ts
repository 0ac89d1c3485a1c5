// The doctor's checks of cgroups, seccomp, security modules and subordinate ids. Pure.
import type { Host } from '../host.ts'
import { type Check, check, type LimitController } from './examination.ts'

/** Controllers of resource limits, with their names on v1 hierarchies. */
const CONTROLLERS: Readonly<Record<LimitController, string>> = {
  memory: 'memory',
  cpu: 'cpu',
  pids: 'pids',
  io: 'blkio',
  cpuset: 'cpuset',
  hugetlb: 'hugetlb',
}

const controllers = Object.keys(CONTROLLERS) as LimitController[]

export function checkCgroups({ cgroup2, euid, inUserNamespace }: Host): Check[] {
  if (cgroup2 === null) {
    const remedy =
      'boot with systemd.unified_cgroup_hierarchy=1, or mount it: mkdir -p /sys/fs/cgroup/unified && mount -t cgroup2 none /sys/fs/cgroup/unified'
    return [
      check('feature', 'cgroup2', false, 'not mounted: no limits, and no stopping of all processes at once', remedy),
    ]
  }
  const { mountPoint, own, writable } = cgroup2
  return [
    check('feature', 'cgroup2', true, `mounted at ${mountPoint}`),
    check(
      'feature',
      'own cgroup',
      writable,
      writable ? `${own} is ours to divide` : `${own} may not be divided by this user`,
      euid === 0 && !inUserNamespace ? ROOT_DELEGATION : USER_DELEGATION,
    ),
    ...controllers.map((name) => checkController(name, CONTROLLERS[name], cgroup2)),
  ]
}

const ROOT_DELEGATION =
  'cgroup2 is mounted read-only, as container engines do: run the outer container with a cgroup namespace of its own and a writable /sys/fs/cgroup'
const USER_DELEGATION =
  'have it delegated: start the program with `systemd-run --user --scope -p Delegate=yes PROGRAM`, or its service with Delegate=yes'

function checkController(
  name: LimitController,
  v1: string,
  { controllers, v1Controllers }: NonNullable<Host['cgroup2']>,
): Check {
  const title = `${name} limits` as const
  if (controllers.includes(name)) return check('feature', title, true, `controller ${name} is available`)
  if (v1Controllers.includes(v1)) {
    const remedy = 'boot with systemd.unified_cgroup_hierarchy=1 cgroup_no_v1=all: v1 hierarchies are not used'
    return check('feature', title, false, `controller ${v1} is on a v1 hierarchy`, remedy)
  }
  const remedy = `enable it from above (echo +${name} > cgroup.subtree_control of the parent; with systemd: Delegate=${name})`
  return check('feature', title, false, `controller ${name} is not given to this cgroup`, remedy)
}

export function checkSecurity({ seccomp, seccompFiltered, apparmor, selinux }: Host): Check[] {
  const filters = seccompFiltered ? 'available; one is around this process' : 'available'
  return [
    check(
      'feature',
      'seccomp filters',
      seccomp,
      seccomp ? filters : 'not in the kernel',
      'use a kernel with CONFIG_SECCOMP_FILTER',
    ),
    check('feature', 'AppArmor', apparmor, apparmor ? 'active' : 'not active', LSM),
    check('feature', 'SELinux', selinux, selinux ? 'active' : 'not active', LSM),
  ]
}

const LSM = 'only for configurations with a profile or label of it'

/** An ordinary user can map its own id without any help, more of them through two set-uid programs. */
export function checkIdMapping({ euid, newuidmap, newgidmap, subIds }: Host): Check[] {
  if (euid === 0) return [check('feature', 'many ids in a user namespace', true, 'root maps ids itself')]
  const programs = newuidmap !== undefined && newgidmap !== undefined
  const ranges = subIds.uid.length > 0 && subIds.gid.length > 0
  if (!programs) {
    const remedy = 'apt-get install uidmap · dnf install shadow-utils · apk add shadow-uidmap'
    return [check('feature', 'many ids in a user namespace', false, 'newuidmap or newgidmap is missing', remedy)]
  }
  const found = ranges
    ? `${total(subIds.uid)} uids, ${total(subIds.gid)} gids`
    : 'no range in /etc/subuid and /etc/subgid'
  const remedy = 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER'
  return [check('feature', 'many ids in a user namespace', ranges, found, remedy)]
}

const total = (ranges: Host['subIds']['uid']): number => ranges.reduce((sum, { count }) => sum + count, 0)

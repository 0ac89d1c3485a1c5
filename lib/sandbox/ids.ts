// Who the ids inside are outside. Pure.
import type { Host, IdMapping } from '../index.ts'
import type { User } from './check-sandbox.ts'
import { Faults } from './faults.ts'

export interface Ids {
  readonly uid: IdMapping[]
  readonly gid: IdMapping[]
  /** Who the command’s user is outside, where files can be given to him; null: they are the caller’s own anyway. */
  readonly owner: User | null
}

/** The last of the ranges that systemd keeps for containers (0x00080000 to 0x6FFFFFFF): nobody’s on any host. */
const NOBODYS = 0x6fff_0000
const RANGE = 65_536

/**
 * @param rootOwner who owns the directory that becomes `/`; null for one that is made
 * @throws ContainerError ERR_INVALID_CONFIG for a user that cannot be had
 */
export function decideIds(host: Host, user: User, rootOwner: User | null): Ids {
  if (host.euid === 0 && !host.inUserNamespace) return idsOfRoot(user, rootOwner)
  if (user.uid === 0 && user.gid === 0) return { uid: [own(host.euid)], gid: [own(host.egid)], owner: null }
  const { uid: [uids] = [], gid: [gids] = [] } = host.subIds
  const enough = (range: typeof uids, id: number) => range !== undefined && id <= range.count
  if (
    host.newuidmap === undefined ||
    host.newgidmap === undefined ||
    !enough(uids, user.uid) ||
    !enough(gids, user.gid)
  ) {
    const faults = new Faults()
    const remedy =
      'leave user out (0 inside is you outside), or get a range in /etc/subuid and /etc/subgid (usermod --add-subuids) and newuidmap (package uidmap)'
    faults.add('user', `an ordinary user has no id to be ${user.uid}:${user.gid} inside`, remedy)
    faults.throwIfAny()
  }
  const rest = ({ start, count }: { start: number; count: number }): IdMapping => ({
    containerID: 1,
    hostID: start,
    size: Math.min(count, RANGE - 1),
  })
  return {
    uid: [own(host.euid), ...(uids === undefined ? [] : [rest(uids)])],
    gid: [own(host.egid), ...(gids === undefined ? [] : [rest(gids)])],
    owner: null,
  }
}

const own = (hostID: number): IdMapping => ({ containerID: 0, hostID, size: 1 })

/** The files of a directory belong to those it belongs to; with a root that is made, nobody’s ids will do. */
function idsOfRoot(user: User, rootOwner: User | null): Ids {
  const first = rootOwner ?? { uid: NOBODYS, gid: NOBODYS }
  const range = (hostID: number): IdMapping[] => [{ containerID: 0, hostID, size: RANGE }]
  const owner = { uid: first.uid + user.uid, gid: first.gid + user.gid }
  return { uid: range(first.uid), gid: range(first.gid), owner }
}

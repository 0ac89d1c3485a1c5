// What a mount's option words, taken together, mean to the new mount API.
import { type MountAttribute, type MountWord, mountWord } from '../config/mount-options.ts'
import * as flag from '../plan/flags.ts'

const ATTRIBUTES: Readonly<Record<MountAttribute, number>> = {
  ro: flag.MOUNT_ATTR_RDONLY,
  nosuid: flag.MOUNT_ATTR_NOSUID,
  nodev: flag.MOUNT_ATTR_NODEV,
  noexec: flag.MOUNT_ATTR_NOEXEC,
  nosymfollow: flag.MOUNT_ATTR_NOSYMFOLLOW,
  atime: flag.MOUNT_ATTR__ATIME,
  noatime: flag.MOUNT_ATTR_NOATIME,
  strictatime: flag.MOUNT_ATTR_STRICTATIME,
  nodiratime: flag.MOUNT_ATTR_NODIRATIME,
}

const PROPAGATION: Readonly<Record<NonNullable<MountWord['propagation']>, number>> = {
  private: flag.MS_PRIVATE,
  slave: flag.MS_SLAVE,
  shared: flag.MS_SHARED,
  unbindable: flag.MS_UNBINDABLE,
}

/** MOUNT_ATTR_* to set and to clear; where an access time is set, `clear` holds MOUNT_ATTR__ATIME as the kernel wants it. */
export interface AttributeChange {
  readonly set: number
  readonly clear: number
}

/** The words of one mount taken together; where two contradict, the later one has won. */
export interface MountOptions extends AttributeChange {
  /** For this mount and all below it. Wins over the attributes of the mount alone. */
  readonly recursive: AttributeChange
  /** MS_* propagation, with MS_REC for the mounts below too; 0 when no word speaks of it. */
  readonly propagation: number
  readonly bind: 'bind' | 'rbind' | null
  readonly idmap: 'idmap' | 'ridmap' | null
  /** Fill a new tmpfs with what it covers. */
  readonly copyUp: boolean
  /** Change the mount that is there in place of making one. */
  readonly remount: boolean
  /** Filesystem parameters: key, value, key, value …; an empty value makes it a flag. */
  readonly data: readonly string[]
}

const NO_CHANGE: AttributeChange = { set: 0, clear: 0 }

export function parseMountOptions(words: readonly string[] = []): MountOptions {
  let own = NO_CHANGE
  let recursive = NO_CHANGE
  let propagation = 0
  let bind: MountOptions['bind'] = null
  let idmap: MountOptions['idmap'] = null
  let copyUp = false
  const data: string[] = []
  for (const text of words) {
    const word = mountWord(text)
    if (word === undefined) {
      pushParameter(data, text)
      continue
    }
    if (word.kind === 'recursive') recursive = overlay(recursive, changeOf(word))
    else own = overlay(own, changeOf(word))
    if (word.propagation !== undefined) {
      propagation = PROPAGATION[word.propagation] | (word.recursive ? flag.MS_REC : 0)
    }
    if (word.kind === 'bind') bind = word.recursive ? 'rbind' : 'bind'
    if (word.kind === 'idmap') idmap = word.recursive ? 'ridmap' : 'idmap'
    if (word.kind === 'copy-up') copyUp = true
    if (word.superblock !== undefined) data.push(word.superblock, '')
  }
  return { ...own, recursive, propagation, bind, idmap, copyUp, remount: words.includes('remount'), data }
}

function changeOf({ set, clear }: MountWord): AttributeChange {
  return { set: set === undefined ? 0 : ATTRIBUTES[set], clear: clear === undefined ? 0 : ATTRIBUTES[clear] }
}

/** One change and then another as one change. */
export function overlay(first: AttributeChange, then: AttributeChange): AttributeChange {
  return { set: (first.set & ~then.clear) | then.set, clear: (first.clear & ~then.set) | then.clear }
}

/** What is left of a change to a mount alone beside one that covers it and the mounts below. */
export function beside({ set, clear }: AttributeChange, recursive: AttributeChange): AttributeChange {
  const taken = recursive.set | recursive.clear
  return { set: set & ~taken, clear: clear & ~taken }
}

export const isChange = ({ set, clear }: AttributeChange): boolean => (set | clear) !== 0

/** `size=64k` is a key with a value, `noswap` a flag. */
function pushParameter(data: string[], text: string): void {
  const equals = text.indexOf('=')
  if (equals === -1) data.push(text, '')
  else data.push(text.slice(0, equals), text.slice(equals + 1))
}

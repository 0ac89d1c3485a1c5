// Mount option words and what each means to the new mount API: attributes, propagation, binding, filesystem parameters.
import * as flag from '../plan/flags.ts'

/** What one word does. A word that does nothing has an empty row. */
interface Word {
  /** MOUNT_ATTR_* to set. */
  readonly set?: number
  /** MOUNT_ATTR_* to clear. */
  readonly clear?: number
  /** MS_* propagation, with MS_REC for the mounts below too. */
  readonly propagation?: number
  readonly bind?: 'bind' | 'rbind'
  /** Parameter without value that fsconfig(2) takes for any filesystem: a flag of the superblock. */
  readonly superblock?: string
}

/** Clears what noatime and strictatime set: what remains is relatime, the kernel's default. */
const RELATIME: Word = { clear: flag.MOUNT_ATTR__ATIME }

/**
 * Spec: config.md, Mounts. What is no key here goes to the filesystem. `silent` and `loud` concern the kernel's log
 * alone and have no place in fsconfig(2); nor has `iversion`, which filesystems decide for themselves by now. The
 * kernel's default is relatime, so that there is nothing for `norelatime` to take away.
 */
const WORDS: Readonly<Record<string, Word>> = {
  defaults: {},
  rw: { clear: flag.MOUNT_ATTR_RDONLY },
  ro: { set: flag.MOUNT_ATTR_RDONLY },
  suid: { clear: flag.MOUNT_ATTR_NOSUID },
  nosuid: { set: flag.MOUNT_ATTR_NOSUID },
  dev: { clear: flag.MOUNT_ATTR_NODEV },
  nodev: { set: flag.MOUNT_ATTR_NODEV },
  exec: { clear: flag.MOUNT_ATTR_NOEXEC },
  noexec: { set: flag.MOUNT_ATTR_NOEXEC },
  symfollow: { clear: flag.MOUNT_ATTR_NOSYMFOLLOW },
  nosymfollow: { set: flag.MOUNT_ATTR_NOSYMFOLLOW },
  atime: RELATIME,
  noatime: { set: flag.MOUNT_ATTR_NOATIME, clear: flag.MOUNT_ATTR__ATIME },
  relatime: RELATIME,
  norelatime: {},
  strictatime: { set: flag.MOUNT_ATTR_STRICTATIME, clear: flag.MOUNT_ATTR__ATIME },
  nostrictatime: RELATIME,
  diratime: { clear: flag.MOUNT_ATTR_NODIRATIME },
  nodiratime: { set: flag.MOUNT_ATTR_NODIRATIME },

  bind: { bind: 'bind' },
  rbind: { bind: 'rbind' },
  private: { propagation: flag.MS_PRIVATE },
  rprivate: { propagation: flag.MS_PRIVATE | flag.MS_REC },
  slave: { propagation: flag.MS_SLAVE },
  rslave: { propagation: flag.MS_SLAVE | flag.MS_REC },
  shared: { propagation: flag.MS_SHARED },
  rshared: { propagation: flag.MS_SHARED | flag.MS_REC },
  unbindable: { propagation: flag.MS_UNBINDABLE },
  runbindable: { propagation: flag.MS_UNBINDABLE | flag.MS_REC },

  async: { superblock: 'async' },
  sync: { superblock: 'sync' },
  dirsync: { superblock: 'dirsync' },
  lazytime: { superblock: 'lazytime' },
  nolazytime: { superblock: 'nolazytime' },
  mand: { superblock: 'mand' },
  nomand: { superblock: 'nomand' },
  iversion: {},
  noiversion: {},
  silent: {},
  loud: {},
}

/** All words that are no filesystem parameters. */
export const OPTION_WORDS: readonly string[] = Object.keys(WORDS)

/** The words of one mount taken together; where two contradict, the later one has won. */
export interface MountOptions {
  /** MOUNT_ATTR_* to set; where the access time is among them, `clear` holds MOUNT_ATTR__ATIME as the kernel wants it. */
  readonly set: number
  /** MOUNT_ATTR_* to clear. */
  readonly clear: number
  /** MS_* propagation, with MS_REC for the mounts below too; 0 when no word speaks of it. */
  readonly propagation: number
  readonly bind: 'bind' | 'rbind' | null
  /** Filesystem parameters: key, value, key, value …; an empty value makes it a flag. */
  readonly data: readonly string[]
}

export function parseMountOptions(words: readonly string[] = []): MountOptions {
  let set = 0
  let clear = 0
  let propagation = 0
  let bind: MountOptions['bind'] = null
  const data: string[] = []
  for (const text of words) {
    const word = wordOf(text)
    if (word === undefined) {
      pushParameter(data, text)
      continue
    }
    set = (set & ~(word.clear ?? 0)) | (word.set ?? 0)
    clear = (clear & ~(word.set ?? 0)) | (word.clear ?? 0)
    propagation = word.propagation ?? propagation
    bind = word.bind ?? bind
    if (word.superblock !== undefined) data.push(word.superblock, '')
  }
  return { set, clear, propagation, bind, data }
}

const wordOf = (text: string): Word | undefined => (Object.hasOwn(WORDS, text) ? WORDS[text] : undefined)

/** `size=64k` is a key with a value, `noswap` a flag. */
function pushParameter(data: string[], text: string): void {
  const equals = text.indexOf('=')
  if (equals === -1) data.push(text, '')
  else data.push(text.slice(0, equals), text.slice(equals + 1))
}

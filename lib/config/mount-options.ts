// Every word of a mount's options that is no parameter of a filesystem (config.md, Linux mount options). The one table.

/**
 * - `flag`: a flag of the mount or of the filesystem, or the word that clears it, for this mount alone
 * - `bind`: makes it a bind mount
 * - `propagation`: how mount events spread
 * - `recursive`: an attribute for this mount and all below it
 * - `idmap`: makes it an id-mapped mount
 * - `copy-up`: fills a new tmpfs with what it covers
 * - `data`: anything else: a parameter of the filesystem
 */
export type MountOptionKind = 'flag' | 'bind' | 'propagation' | 'recursive' | 'idmap' | 'copy-up' | 'data'

/** Attributes of a mount by the word that sets them; `atime` is the whole field of access times (mount_setattr(2)). */
export type MountAttribute =
  | 'ro'
  | 'nosuid'
  | 'nodev'
  | 'noexec'
  | 'nosymfollow'
  | 'atime'
  | 'noatime'
  | 'strictatime'
  | 'nodiratime'

/** What one word does. One that does nothing has its kind alone. */
export interface MountWord {
  readonly kind: Exclude<MountOptionKind, 'data'>
  readonly set?: MountAttribute
  readonly clear?: MountAttribute
  readonly propagation?: 'private' | 'slave' | 'shared' | 'unbindable'
  /** With the mounts below: of `rbind`, `rprivate`, `ridmap` and their like. */
  readonly recursive?: true
  /** Parameter without value that fsconfig(2) takes for any filesystem: a flag of the superblock. */
  readonly superblock?: string
  /** What every filesystem does unless it is told otherwise. */
  readonly isDefault?: true
}

type Change = Pick<MountWord, 'set' | 'clear'>

/** Clears what noatime and strictatime set: what remains is relatime, the kernel's default. */
const RELATIME: Change = { clear: 'atime' }

/** Attributes, each of which has a recursive word beside it: `rro`. There is nothing for `norelatime` to take away. */
const ATTRIBUTES: Readonly<Record<string, Change>> = {
  rw: { clear: 'ro' },
  ro: { set: 'ro' },
  suid: { clear: 'nosuid' },
  nosuid: { set: 'nosuid' },
  dev: { clear: 'nodev' },
  nodev: { set: 'nodev' },
  exec: { clear: 'noexec' },
  noexec: { set: 'noexec' },
  symfollow: { clear: 'nosymfollow' },
  nosymfollow: { set: 'nosymfollow' },
  atime: RELATIME,
  noatime: { set: 'noatime', clear: 'atime' },
  relatime: RELATIME,
  norelatime: {},
  strictatime: { set: 'strictatime', clear: 'atime' },
  nostrictatime: RELATIME,
  diratime: { clear: 'nodiratime' },
  nodiratime: { set: 'nodiratime' },
}

/**
 * `silent` and `loud` concern the kernel's log alone and have no place in fsconfig(2); nor has `iversion`, which
 * filesystems decide for themselves by now.
 */
const OTHERS: Readonly<Record<string, MountWord>> = {
  defaults: { kind: 'flag' },
  remount: { kind: 'flag' },
  async: { kind: 'flag', superblock: 'async', isDefault: true },
  sync: { kind: 'flag', superblock: 'sync' },
  dirsync: { kind: 'flag', superblock: 'dirsync' },
  lazytime: { kind: 'flag', superblock: 'lazytime' },
  nolazytime: { kind: 'flag', superblock: 'nolazytime', isDefault: true },
  mand: { kind: 'flag', superblock: 'mand' },
  nomand: { kind: 'flag', superblock: 'nomand', isDefault: true },
  iversion: { kind: 'flag' },
  noiversion: { kind: 'flag' },
  silent: { kind: 'flag' },
  loud: { kind: 'flag' },
  bind: { kind: 'bind' },
  rbind: { kind: 'bind', recursive: true },
  idmap: { kind: 'idmap' },
  ridmap: { kind: 'idmap', recursive: true },
  tmpcopyup: { kind: 'copy-up' },
}

const PROPAGATION = ['private', 'slave', 'shared', 'unbindable'] as const

const WORDS: ReadonlyMap<string, MountWord> = new Map<string, MountWord>([
  ...Object.entries(ATTRIBUTES).flatMap(
    ([word, change]): Array<[string, MountWord]> => [
      [word, { kind: 'flag', ...change }],
      [`r${word}`, { kind: 'recursive', ...change }],
    ],
  ),
  ...PROPAGATION.flatMap(
    (propagation): Array<[string, MountWord]> => [
      [propagation, { kind: 'propagation', propagation }],
      [`r${propagation}`, { kind: 'propagation', propagation, recursive: true }],
    ],
  ),
  ...Object.entries(OTHERS),
])

/** All words that are no filesystem parameters. */
export const OPTION_WORDS: readonly string[] = [...WORDS.keys()]

/** What a word does; undefined for a parameter of the filesystem. */
export const mountWord = (word: string): MountWord | undefined => WORDS.get(word)

/** What kind of option a word is. */
export const mountOptionKind = (word: string): MountOptionKind => WORDS.get(word)?.kind ?? 'data'

// Which words of a mount's options mean what kind of thing (config.md, Linux mount options).

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

const WORDS: Readonly<Record<Exclude<MountOptionKind, 'data'>, string>> = {
  flag:
    'async atime defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec ' +
    'noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow relatime remount ro rw silent ' +
    'strictatime suid symfollow sync',
  bind: 'bind rbind',
  propagation: 'private rprivate rshared rslave runbindable shared slave unbindable',
  recursive:
    'ratime rdev rdiratime rexec rnoatime rnodev rnodiratime rnoexec rnorelatime rnostrictatime rnosuid ' +
    'rnosymfollow rrelatime rro rrw rstrictatime rsuid rsymfollow',
  idmap: 'idmap ridmap',
  'copy-up': 'tmpcopyup',
}

const KINDS = new Map(
  Object.entries(WORDS).flatMap(([kind, words]) =>
    words.split(' ').map((word) => [word, kind as MountOptionKind] as const),
  ),
)

/** What kind of option a word is. */
export function mountOptionKind(word: string): MountOptionKind {
  return KINDS.get(word) ?? 'data'
}

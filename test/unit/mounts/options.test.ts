// What each mount option word means to the kernel.
import { describe, expect, it } from 'vitest'
import { mountOptionKind, OPTION_WORDS } from '../../../lib/config/mount-options.ts'
import { beside, overlay, parseMountOptions } from '../../../lib/mounts/options.ts'

const none = { set: 0, clear: 0 }
const nothing = {
  ...none,
  recursive: none,
  propagation: 0,
  bind: null,
  idmap: null,
  copyUp: false,
  remount: false,
  data: [],
}

// Numbers of include/uapi/linux/mount.h, written out: the table must not be checked against itself.
const RDONLY = 0x1
const NOSUID = 0x2
const NODEV = 0x4
const NOEXEC = 0x8
const ATIME = 0x70
const NOATIME = 0x10
const STRICTATIME = 0x20
const NODIRATIME = 0x80
const NOSYMFOLLOW = 0x200000
const REC = 0x4000
const [UNBINDABLE, PRIVATE, SLAVE, SHARED] = [1 << 17, 1 << 18, 1 << 19, 1 << 20]

const ROWS: ReadonlyArray<readonly [word: string, meaning: Partial<ReturnType<typeof parseMountOptions>>]> = [
  ['defaults', {}],
  ['ro', { set: RDONLY }],
  ['rw', { clear: RDONLY }],
  ['nosuid', { set: NOSUID }],
  ['suid', { clear: NOSUID }],
  ['nodev', { set: NODEV }],
  ['dev', { clear: NODEV }],
  ['noexec', { set: NOEXEC }],
  ['exec', { clear: NOEXEC }],
  ['nosymfollow', { set: NOSYMFOLLOW }],
  ['symfollow', { clear: NOSYMFOLLOW }],
  ['noatime', { set: NOATIME, clear: ATIME }],
  ['atime', { clear: ATIME }],
  ['relatime', { clear: ATIME }],
  ['norelatime', {}],
  ['strictatime', { set: STRICTATIME, clear: ATIME }],
  ['nostrictatime', { clear: ATIME }],
  ['nodiratime', { set: NODIRATIME }],
  ['diratime', { clear: NODIRATIME }],
  ['bind', { bind: 'bind' }],
  ['rbind', { bind: 'rbind' }],
  ['private', { propagation: PRIVATE }],
  ['rprivate', { propagation: PRIVATE | REC }],
  ['slave', { propagation: SLAVE }],
  ['rslave', { propagation: SLAVE | REC }],
  ['shared', { propagation: SHARED }],
  ['rshared', { propagation: SHARED | REC }],
  ['unbindable', { propagation: UNBINDABLE }],
  ['runbindable', { propagation: UNBINDABLE | REC }],
  ['sync', { data: ['sync', ''] }],
  ['async', { data: ['async', ''] }],
  ['dirsync', { data: ['dirsync', ''] }],
  ['lazytime', { data: ['lazytime', ''] }],
  ['nolazytime', { data: ['nolazytime', ''] }],
  ['mand', { data: ['mand', ''] }],
  ['nomand', { data: ['nomand', ''] }],
  ['iversion', {}],
  ['noiversion', {}],
  ['silent', {}],
  ['loud', {}],
]

/** Every attribute has a recursive word beside it. */
const RECURSIVE: ReadonlyArray<readonly [word: string, change: { set?: number; clear?: number }]> = ROWS.flatMap(
  ([word, meaning]) =>
    /^(ro|rw|(no)?(suid|dev|exec|symfollow|\w*atime|diratime))$/.test(word) ? [[`r${word}`, meaning]] : [],
)

const MORE: typeof ROWS = [
  ['idmap', { idmap: 'idmap' }],
  ['ridmap', { idmap: 'ridmap' }],
  ['tmpcopyup', { copyUp: true }],
  ['remount', { remount: true }],
]

describe('parseMountOptions', () => {
  it.each([...ROWS, ...MORE])('%s', (word, meaning) => {
    expect(parseMountOptions([word])).toEqual({ ...nothing, ...meaning })
  })

  it.each(RECURSIVE)('%s is for the mounts below too', (word, change) => {
    expect(parseMountOptions([word])).toEqual({ ...nothing, recursive: { ...none, ...change } })
  })

  it('is tried with every word there is', () => {
    const tried = [...ROWS, ...MORE, ...RECURSIVE].map(([word]) => word)
    expect(tried.sort()).toEqual([...OPTION_WORDS].sort())
  })

  it('takes nothing for a flag that is a parameter', () => {
    for (const word of OPTION_WORDS) expect(mountOptionKind(word), word).not.toBe('data')
  })

  it.each([
    ['nothing', undefined, {}],
    ['an empty list', [], {}],
    ['different words', ['nosuid', 'nodev', 'ro'], { set: NOSUID | NODEV | RDONLY }],
    ['the last of opposites', ['ro', 'rw'], { clear: RDONLY }],
    ['the last of opposites, the other way round', ['rw', 'ro'], { set: RDONLY }],
    ['the last access time', ['noatime', 'strictatime'], { set: STRICTATIME, clear: ATIME }],
    ['relatime after noatime', ['noatime', 'relatime'], { clear: ATIME }],
    ['noatime after relatime', ['relatime', 'noatime'], { set: NOATIME, clear: ATIME }],
    ['access times apart from other flags', ['ro', 'noatime', 'rw'], { set: NOATIME, clear: ATIME | RDONLY }],
    ['recursive words apart', ['ro', 'rrw', 'rro'], { set: RDONLY, recursive: { set: RDONLY, clear: 0 } }],
    ['the last propagation', ['rslave', 'private'], { propagation: PRIVATE }],
    ['the last binding', ['bind', 'rbind'], { bind: 'rbind' }],
    [
      'everything else for the filesystem, in order',
      ['size=64k', 'ro', 'mode=755', 'noswap', 'gid=5'],
      { set: RDONLY, data: ['size', '64k', 'mode', '755', 'noswap', '', 'gid', '5'] },
    ],
    ['values with = and commas whole', ['lowerdir=/a=b,c'], { data: ['lowerdir', '/a=b,c'] }],
    [
      'names of object properties for the filesystem',
      ['constructor', 'toString'],
      { data: ['constructor', '', 'toString', ''] },
    ],
  ])('takes %s', (_, words, meaning) => {
    expect(parseMountOptions(words)).toEqual({ ...nothing, ...meaning })
  })

  it('clears all of the access time whenever it sets it, as mount_setattr(2) demands', () => {
    const words = OPTION_WORDS.filter((word) => /atime|defaults|ro|rw/.test(word))
    for (const first of words) {
      for (const second of words) {
        const { set, clear } = parseMountOptions([first, second])
        if ((set & ATIME) !== 0) expect(clear & ATIME, `${first},${second}`).toBe(ATIME)
      }
    }
  })
})

describe('changes taken together', () => {
  it('the later one wins', () => {
    expect(overlay({ set: RDONLY | NOSUID, clear: NODEV }, { set: NODEV, clear: RDONLY })).toEqual({
      set: NOSUID | NODEV,
      clear: RDONLY,
    })
  })

  it('a mount of its own keeps what a change to the whole tree does not speak of', () => {
    const recursive = { set: NOATIME, clear: ATIME | NOEXEC }
    expect(beside({ set: RDONLY | STRICTATIME | NOEXEC, clear: ATIME | NODEV }, recursive)).toEqual({
      set: RDONLY,
      clear: NODEV,
    })
  })
})

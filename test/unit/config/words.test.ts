// Ids, kernel parameter names, paths, option words: small functions with many edges.
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../lib/config/capabilities.ts'
import { mountOptionKind, OPTION_WORDS } from '../../../lib/config/mount-options.ts'
import { cleanPath } from '../../../lib/config/paths.ts'
import { RLIMITS } from '../../../lib/config/rlimits.ts'
import { sysctlPath } from '../../../lib/config/sysctl-path.ts'
import { validateId } from '../../../lib/config/validate.ts'

describe('validateId', () => {
  it.each(['a', 'web-1', 'A_b+c.d', '...', '-', '0', 'x'.repeat(255)])('takes %s', (id) => {
    expect(() => validateId(id)).not.toThrow()
  })

  it.each([
    ['', 'must not be empty'],
    ['.', 'must not be "."'],
    ['..', 'must not be ".."'],
    ['a/b', 'must be letters, digits and _ + - . only; is "a/b"'],
    ['../x', 'must be letters'],
    ['a b', 'must be letters'],
    ['a\n', 'must be letters'],
    ['a\0', 'must be letters'],
    ['ü', 'must be letters'],
    ['x'.repeat(256), 'must be at most 255 characters, has 256'],
    [5 as unknown as string, 'must be a string, is number'],
    [null as unknown as string, 'must be a string, is null'],
  ])('refuses %o', (id, message) => {
    expect(() => validateId(id, 'create')).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringContaining(`create: container id ${message}`),
      }),
    )
  })
})

describe('sysctlPath', () => {
  it.each([
    ['net.core.somaxconn', 'net/core/somaxconn'],
    ['net/core/somaxconn', 'net/core/somaxconn'],
    ['net.ipv4.conf.eth0/1.forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['net/ipv4/conf/eth0.1/forwarding', 'net/ipv4/conf/eth0.1/forwarding'],
    ['kernel', undefined],
    ['', undefined],
    ['/net/core', undefined],
    ['net..core', undefined],
    ['net/../kernel/panic', undefined],
    ['net/.../x', undefined],
    ['net.//.//.x', undefined],
    ['net.a\tb', undefined],
    ['net.a\u0000b', undefined],
  ])('%j is %j', (name, path) => {
    expect(sysctlPath(name)).toBe(path)
  })
})

describe('cleanPath', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/', '/a'],
    ['//a///b//', '/a/b'],
    ['/./a/.', '/a'],
    ['/a/../..', '/'],
    ['/../../a', '/a'],
    ['/a/.b/..c', '/a/.b/..c'],
  ])('%s is %s', (path, clean) => {
    expect(cleanPath(path)).toBe(clean)
  })
})

describe('option words', () => {
  /** Every word of config.md, Linux mount options. */
  const words =
    'async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime relatime remount rexec rnoatime rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime suid symfollow sync tmpcopyup unbindable idmap ridmap rnodev'.split(
      ' ',
    )

  it('are all known', () => {
    expect(words.filter((word) => mountOptionKind(word) === 'data')).toEqual([])
  })

  it('are all there are, so that none is handed to the filesystem', () => {
    expect([...OPTION_WORDS].sort()).toEqual([...words].sort())
  })
})

describe('names', () => {
  it('stand at their number', () => {
    expect(CAPABILITIES.indexOf('CAP_SYS_ADMIN')).toBe(21)
    expect(CAPABILITIES.indexOf('CAP_CHECKPOINT_RESTORE')).toBe(40)
    expect(CAPABILITIES).toHaveLength(41)
    expect(RLIMITS.indexOf('RLIMIT_NOFILE')).toBe(7)
    expect(RLIMITS.indexOf('RLIMIT_RTTIME')).toBe(15)
  })

  it.each([
    ['ro', 'flag'],
    ['suid', 'flag'],
    ['bind', 'bind'],
    ['rslave', 'propagation'],
    ['rro', 'recursive'],
    ['ridmap', 'idmap'],
    ['tmpcopyup', 'copy-up'],
    ['size=1m', 'data'],
    ['RO', 'data'],
    ['', 'data'],
    ['constructor', 'data'],
  ])('the option %j is of the kind %s', (word, kind) => {
    expect(mountOptionKind(word)).toBe(kind)
  })
})

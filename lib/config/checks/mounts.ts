// Mounts: where they go and which options go together (config.md, Mounts).
import { type Findings, quote } from '../findings.ts'
import { mountOptionKind, mountWord } from '../mount-options.ts'
import { cleanPath, pathFault } from '../paths.ts'
import { findNamespace, isBindMount, isMapped } from '../queries.ts'
import type { Config, IdMapping, Mount } from '../types.ts'
import type { Area } from './area.ts'
import { checkRanges } from './namespaces.ts'

/** Files that lxcfs and its like put in place. Any other mount there could forge what is written to or read from /proc. */
const ALLOWED_IN_PROC: ReadonlySet<string> = new Set(
  [
    'cpuinfo',
    'diskstats',
    'loadavg',
    'meminfo',
    'slabinfo',
    'stat',
    'swaps',
    'uptime',
    'sys/crypto/fips_enabled',
    'sys/kernel/ns_last_pid',
  ].map((name) => `/proc/${name}`),
)

function checkMounts(config: Config, findings: Findings): void {
  config.mounts?.forEach((mount, index) => {
    const at = `/mounts/${index}`
    const bind = isBindMount(mount)
    checkDestination(mount, bind, at, findings)
    checkSource(mount, bind, at, findings)
    checkOptions(mount, bind, config, at, findings)
    checkIdMapping(mount, bind, config, at, findings)
    checkRemount(mount, at, findings)
  })
}

function checkDestination(mount: Mount, bind: boolean, at: string, findings: Findings): void {
  const { destination, type, source = '' } = mount
  const fault = pathFault(destination)
  if (fault !== undefined) {
    findings.problem(`${at}/destination`, fault)
    return
  }
  const path = cleanPath(destination)
  if (path === '/') {
    findings.problem(`${at}/destination`, 'must not be /: that is /root')
    return
  }
  // A false /proc would swallow what is written to it: sysctls and security labels (CVE-2019-16884).
  if (path === '/proc') {
    if (bind ? cleanPath(source) !== '/proc' : type !== 'proc') {
      findings.problem(`${at}/destination`, 'must not be /proc, unless the type is proc or the host’s /proc is bound')
    }
  } else if (path.startsWith('/proc/') && !(bind && ALLOWED_IN_PROC.has(path))) {
    const allowed = [...ALLOWED_IN_PROC].join(', ')
    findings.problem(`${at}/destination`, `must not be inside /proc, except a bind mount on one of ${allowed}`)
  }
}

function checkSource({ type, source = '', options }: Mount, bind: boolean, at: string, findings: Findings): void {
  // Changes a mount that is there, whatever it is.
  if (options?.includes('remount')) return
  if (bind) {
    const fault = source.startsWith('/') ? pathFault(source) : undefined
    if (source === '') findings.problem(`${at}/source`, 'must be the file or directory to bind, is empty')
    else if (fault !== undefined) findings.problem(`${at}/source`, fault)
  } else if (type === undefined || type === '' || type === 'none') {
    findings.problem(`${at}/type`, 'must be a filesystem type, or bind; or one of the options must be bind or rbind')
  } else if (type.includes('/')) {
    findings.problem(`${at}/type`, `must be a filesystem type like tmpfs, is ${quote(type)}`)
  }
}

function checkOptions(
  { type, options = [] }: Mount,
  bind: boolean,
  config: Config,
  at: string,
  findings: Findings,
): void {
  const propagation = new Set<string>()
  options.forEach((word, index) => {
    const kind = mountOptionKind(word)
    if (/^(=|$)/.test(word)) findings.problem(`${at}/options/${index}`, 'must be a word, or key=value with a key')
    else if (kind === 'propagation') propagation.add(word)
    else if (kind === 'copy-up' && type !== 'tmpfs') {
      findings.problem(`${at}/options/${index}`, 'must be for a tmpfs: only a new one can be filled')
    } else if (bind && changesFilesystem(word)) {
      const message = `must not be ${word}: it is of the whole filesystem, which a bind mount shares with the host`
      findings.problem(`${at}/options/${index}`, message)
    } else if (kind === 'data' && bind) {
      const is = quote(word)
      findings.problem(
        `${at}/options/${index}`,
        `must be a mount flag, as a bind mount has no filesystem options; is ${is}`,
      )
    } else if (kind === 'data') checkOwner(word, config, `${at}/options/${index}`, findings)
  })
  if (propagation.size > 1) {
    findings.warning(`${at}/options`, `${[...propagation].join(' and ')} together: the last one counts`)
  }
}

const changesFilesystem = (word: string): boolean => {
  const { superblock, isDefault = false } = mountWord(word) ?? {}
  return superblock !== undefined && !isDefault
}

function checkRemount({ options = [] }: Mount, at: string, findings: Findings): void {
  if (!options.includes('remount')) return
  options.forEach((word, index) => {
    if (!['propagation', 'idmap', 'copy-up'].includes(mountOptionKind(word))) return
    findings.problem(`${at}/options/${index}`, 'must not be with remount, which changes flags and parameters alone')
  })
}

/** A filesystem that is mounted in a user namespace takes the ids of that namespace, and only such. */
function checkOwner(word: string, config: Config, at: string, findings: Findings): void {
  const [, key, id] = /^([ug])id=(\d+)$/.exec(word) ?? []
  if (key === undefined || findNamespace(config, 'user') === undefined) return
  const name = `${key}idMappings` as 'uidMappings' | 'gidMappings'
  const mappings = config.linux?.[name] ?? []
  if (mappings.length > 0 && !isMapped(mappings, Number(id))) {
    findings.problem(at, `must be an id that /linux/${name} has, is ${id}`)
  }
}

function checkIdMapping(mount: Mount, bind: boolean, config: Config, at: string, findings: Findings): void {
  const { options = [], uidMappings = [], gidMappings = [] } = mount
  const words = options.filter((word) => mountOptionKind(word) === 'idmap')
  const own = uidMappings.length > 0 || gidMappings.length > 0
  if (words.length === 0 && !own) return
  const culprit =
    words.length > 0 ? `${at}/options/${options.indexOf(words[0] as string)}` : firstMapping(uidMappings, at)
  if (!bind) findings.problem(culprit, 'must be for a bind mount: only these can be id-mapped')
  if (new Set(words).size > 1) findings.problem(`${at}/options`, 'must not have idmap and ridmap together')
  if (own && (uidMappings.length === 0 || gidMappings.length === 0)) {
    findings.problem(uidMappings.length === 0 ? `${at}/uidMappings` : `${at}/gidMappings`, 'is required with the other')
  }
  if (!own && findNamespace(config, 'user') === undefined) {
    findings.problem(culprit, 'needs uidMappings and gidMappings beside it, or a user namespace to take them from')
  }
  checkRanges(uidMappings, `${at}/uidMappings`, findings)
  checkRanges(gidMappings, `${at}/gidMappings`, findings)
}

const firstMapping = (uidMappings: readonly IdMapping[], at: string): string =>
  uidMappings.length > 0 ? `${at}/uidMappings` : `${at}/gidMappings`

export const MOUNT_AREAS: readonly Area[] = [
  {
    reads: ['/mounts', '/linux/namespaces', '/linux/uidMappings', '/linux/gidMappings'],
    check: checkMounts,
  },
]

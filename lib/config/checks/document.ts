// Version, platform, root filesystem, names, annotations (config.md).
import { type Findings, quote } from '../findings.ts'
import { cleanPath, pathFault } from '../paths.ts'
import { findNamespace } from '../queries.ts'
import type { Config } from '../types.ts'
import type { Area } from './area.ts'

const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/
const OTHER_PLATFORMS = ['freebsd', 'solaris', 'vm', 'windows', 'zos'] as const
/** include/linux/utsname.h, __NEW_UTS_LEN; for both names. */
const MAX_NAME_BYTES = 64

function checkVersion({ ociVersion }: Config, findings: Findings): void {
  const major = SEMVER.exec(ociVersion)?.[1]
  if (major === '1') return
  const is = quote(ociVersion)
  if (major === undefined) findings.problem('/ociVersion', `must be a semantic version like 1.3.0, is ${is}`)
  else findings.problem('/ociVersion', `must be a version 1.x of the runtime spec, is ${is}`)
}

function checkPlatform(config: Config, findings: Findings): void {
  for (const platform of OTHER_PLATFORMS) {
    if (config[platform] !== undefined) findings.problem(`/${platform}`, 'is for another platform; this is Linux')
  }
}

function checkRoot(config: Config, findings: Findings): void {
  const { root } = config
  if (root === undefined) {
    findings.problem('/root', 'is required')
    return
  }
  if (root.path === '') {
    findings.problem('/root/path', 'must be the path of a directory, is empty')
    return
  }
  if (!root.path.startsWith('/')) return
  const fault = pathFault(root.path)
  if (fault !== undefined) findings.problem('/root/path', fault)
  // That of a mount namespace that is joined is somebody's container.
  else if (cleanPath(root.path) === '/' && findNamespace(config, 'mount')?.path === undefined) {
    findings.problem('/root/path', 'must not be /: the container would change the root of the host')
  }
}

function checkNames(config: Config, findings: Findings): void {
  for (const key of ['hostname', 'domainname'] as const) {
    const name = config[key]
    if (name === undefined || name === '') continue
    const length = Buffer.byteLength(name)
    if (length > MAX_NAME_BYTES) findings.problem(`/${key}`, `must be at most ${MAX_NAME_BYTES} bytes, is ${length}`)
    if (findNamespace(config, 'uts') === undefined) {
      findings.problem(`/${key}`, 'needs an entry of type uts in /linux/namespaces: it would rename the host')
    }
  }
}

function checkAnnotations({ annotations = {} }: Config, findings: Findings): void {
  if (Object.hasOwn(annotations, '')) findings.problem('/annotations/', 'must not have an empty key')
}

export const DOCUMENT_AREAS: readonly Area[] = [
  { reads: ['/ociVersion'], check: checkVersion },
  { reads: OTHER_PLATFORMS.map((platform) => `/${platform}`), check: checkPlatform },
  { reads: ['/root', '/linux/namespaces'], check: checkRoot },
  { reads: ['/hostname', '/domainname', '/linux/namespaces'], check: checkNames },
  { reads: ['/annotations'], check: checkAnnotations },
]

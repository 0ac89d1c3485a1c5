// Masked and read-only paths, cgroup path, network devices, resctrl (config-linux.md).
import { type Findings, pointerStep, quote } from '../findings.ts'
import { cleanPath, pathFault } from '../paths.ts'
import { createsNamespace, findNamespace } from '../queries.ts'
import type { Config } from '../types.ts'
import type { Area } from './area.ts'

/** include/uapi/linux/if.h, IFNAMSIZ without its end mark. */
const MAX_INTERFACE_BYTES = 15

function checkHiddenPaths(config: Config, findings: Findings): void {
  for (const key of ['maskedPaths', 'readonlyPaths'] as const) {
    const paths = config.linux?.[key] ?? []
    if (paths.length > 0 && !createsNamespace(config, 'mount')) {
      findings.problem(
        `/linux/${key}`,
        'needs a new mount namespace: in one that is shared it would be there for others too',
      )
    }
    paths.forEach((path, index) => {
      const fault = pathFault(path)
      if (fault !== undefined) findings.problem(`/linux/${key}/${index}`, fault)
      else if (cleanPath(path) === '/') {
        const instead = key === 'readonlyPaths' ? ': use /root/readonly' : ''
        findings.problem(`/linux/${key}/${index}`, `must not be /${instead}`)
      }
    })
  }
}

function checkCgroupsPath({ linux }: Config, findings: Findings): void {
  const path = linux?.cgroupsPath ?? ''
  if (path === '') return
  const at = '/linux/cgroupsPath'
  const steps = path.split('/')
  if (steps.includes('..')) findings.problem(at, 'must not contain ".."')
  else if (steps.every((step) => step === '' || step === '.'))
    findings.problem(at, 'must not be the root of the hierarchy')
}

function checkNetDevices(config: Config, findings: Findings): void {
  const devices = Object.entries(config.linux?.netDevices ?? {})
  if (devices.length > 0 && findNamespace(config, 'network') === undefined) {
    findings.problem('/linux/netDevices', 'needs an entry of type network in /linux/namespaces')
  }
  const names = new Map<string, string>()
  for (const [host, { name = host }] of devices) {
    const at = `/linux/netDevices/${pointerStep(host)}`
    if (!isInterfaceName(host)) findings.problem(at, `must be the name of a network interface, ${INTERFACE_NAME}`)
    else if (!isInterfaceName(name)) findings.problem(`${at}/name`, `must be ${INTERFACE_NAME}`)
    const first = names.get(name)
    if (first !== undefined) findings.problem(`${at}/name`, `must differ from that of ${quote(first)}`)
    else names.set(name, host)
  }
}

const INTERFACE_NAME = `1 to ${MAX_INTERFACE_BYTES} bytes without "/", ":" and spaces, and neither "." nor ".."`

/** net/core/dev.c, dev_valid_name; `%` would ask the kernel to number it. */
function isInterfaceName(name: string): boolean {
  const length = Buffer.byteLength(name)
  return length >= 1 && length <= MAX_INTERFACE_BYTES && /^[^\s/:%\0]+$/.test(name) && name !== '.' && name !== '..'
}

function checkIntelRdt({ linux }: Config, findings: Findings): void {
  const rdt = linux?.intelRdt
  if (rdt === undefined) return
  const at = '/linux/intelRdt'
  const { closID, schemata = [], l3CacheSchema } = rdt
  if (closID !== undefined && (/^\.{0,2}$/.test(closID) || /[/\n]/.test(closID))) {
    findings.problem(`${at}/closID`, 'must be the name of a directory: not empty, ".", or "..", and without "/"')
  }
  schemata.forEach((line, index) => {
    if (line.includes('\n')) findings.problem(`${at}/schemata/${index}`, 'must be one line')
  })
  if (l3CacheSchema?.includes('\n')) findings.problem(`${at}/l3CacheSchema`, 'must be one line')
}

export const LINUX_AREAS: readonly Area[] = [
  { reads: ['/linux/maskedPaths', '/linux/readonlyPaths', '/linux/namespaces'], check: checkHiddenPaths },
  { reads: ['/linux/cgroupsPath'], check: checkCgroupsPath },
  { reads: ['/linux/netDevices', '/linux/namespaces'], check: checkNetDevices },
  { reads: ['/linux/intelRdt'], check: checkIntelRdt },
]

// Device nodes (config-linux.md, Devices).
import type { Findings } from '../findings.ts'
import { cleanPath, pathFault } from '../paths.ts'
import { findNamespace, isMapped } from '../queries.ts'
import type { Config, Device } from '../types.ts'
import type { Area } from './area.ts'

/** include/linux/kdev_t.h: 12 and 20 bits. */
const MAX_NUMBER = { major: 0xfff, minor: 0xf_ffff } as const

function checkDevices(config: Config, findings: Findings): void {
  const seen = new Map<string, number>()
  config.linux?.devices?.forEach((device, index) => {
    const at = `/linux/devices/${index}`
    const fault = pathFault(device.path)
    const path = cleanPath(device.path)
    const first = seen.get(path)
    if (fault !== undefined) findings.problem(`${at}/path`, fault)
    else if (path === '/') findings.problem(`${at}/path`, 'must not be /')
    else if (first !== undefined)
      findings.problem(`${at}/path`, `must not be there twice; ${path} is entry ${first} already`)
    else seen.set(path, index)
    checkNumbers(device, at, findings)
    checkOwner(device, config, at, findings)
  })
}

function checkNumbers(device: Device, at: string, findings: Findings): void {
  for (const key of ['major', 'minor'] as const) {
    const number = device[key]
    if (device.type === 'p') {
      if (number !== undefined && number !== 0) findings.problem(`${at}/${key}`, 'must not be set for a FIFO')
    } else if (number === undefined) findings.problem(`${at}/${key}`, 'is required for a device')
    else if (number < 0 || number > MAX_NUMBER[key]) {
      findings.problem(`${at}/${key}`, `must be from 0 to ${MAX_NUMBER[key]}, is ${number}`)
    }
  }
}

function checkOwner(device: Device, config: Config, at: string, findings: Findings): void {
  if (findNamespace(config, 'user') === undefined) return
  for (const key of ['uid', 'gid'] as const) {
    const mappings = config.linux?.[`${key}Mappings`] ?? []
    const id = device[key]
    if (id !== undefined && mappings.length > 0 && !isMapped(mappings, id)) {
      findings.problem(`${at}/${key}`, `must be an id that /linux/${key}Mappings has, is ${id}`)
    }
  }
}

export const DEVICE_AREAS: readonly Area[] = [
  {
    reads: ['/linux/devices', '/linux/namespaces', '/linux/uidMappings', '/linux/gidMappings'],
    check: checkDevices,
  },
]

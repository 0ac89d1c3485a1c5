// Limits of the cgroup: what can be judged without knowing the machine (config-linux.md, Control groups).
import { type Findings, pointerStep, quote } from '../findings.ts'
import { listFault } from '../number-list.ts'
import type { Config, Resources } from '../types.ts'
import type { Area } from './area.ts'

const AT = '/linux/resources'
type Check = (resources: Resources, findings: Findings) => void

const checkDevices: Check = ({ devices = [] }, findings) => {
  devices.forEach(({ major = -1, minor = -1, access = 'rwm' }, index) => {
    const at = `${AT}/devices/${index}`
    if (major < -1) findings.problem(`${at}/major`, 'must be a major number, or -1 for any')
    if (minor < -1) findings.problem(`${at}/minor`, 'must be a minor number, or -1 for any')
    if (!/^[rwm]+$/.test(access)) findings.problem(`${at}/access`, `must be some of r, w and m; is ${quote(access)}`)
  })
}

const checkMemory: Check = ({ memory = {} }, findings) => {
  const at = `${AT}/memory`
  for (const key of ['limit', 'reservation', 'swap', 'kernel', 'kernelTCP'] as const) {
    const bytes = memory[key]
    if (bytes !== undefined && bytes < -1) findings.problem(`${at}/${key}`, 'must be bytes, or -1 for no limit')
  }
  const { limit = 0, swap = 0, swappiness = 0 } = memory
  if (swap > 0 && limit <= 0) findings.problem(`${at}/swap`, 'needs a limit beside it: it is memory and swap together')
  else if (swap > 0 && swap < limit) findings.problem(`${at}/swap`, `must be at least the limit ${limit}, is ${swap}`)
  if (swappiness > 100) findings.problem(`${at}/swappiness`, `must be from 0 to 100, is ${swappiness}`)
}

const checkCpu: Check = ({ cpu = {} }, findings) => {
  const at = `${AT}/cpu`
  const { shares = 0, quota = 0, burst = 0, period = 0, idle = 0, cpus = '', mems = '' } = cpu
  if (shares === 1 || shares > 262_144) findings.problem(`${at}/shares`, `must be from 2 to 262144, is ${shares}`)
  if (quota > 0 && quota < 1000)
    findings.problem(`${at}/quota`, 'must be at least 1000 microseconds, or -1 for no limit')
  if (period !== 0 && (period < 1000 || period > 1_000_000)) {
    findings.problem(`${at}/period`, `must be from 1000 to 1000000 microseconds, is ${period}`)
  }
  if (burst > 0 && quota > 0 && burst > quota) findings.problem(`${at}/burst`, `must be at most the quota ${quota}`)
  if (idle !== 0 && Number(idle) !== 1) findings.problem(`${at}/idle`, `must be 0 or 1, is ${idle}`)
  for (const [key, list] of [['cpus', cpus] as const, ['mems', mems] as const]) {
    const fault = list === '' ? undefined : listFault(list)
    if (fault !== undefined) findings.problem(`${at}/${key}`, fault)
  }
}

const checkPids: Check = ({ pids }, findings) => {
  if (pids !== undefined && pids.limit < -1)
    findings.problem(`${AT}/pids/limit`, 'must be a number, or -1 for no limit')
}

const checkBlockIo: Check = ({ blockIO = {} }, findings) => {
  const checkWeights = (weights: { weight?: number; leafWeight?: number }, at: string): void => {
    for (const key of ['weight', 'leafWeight'] as const) {
      const weight = weights[key] ?? 0
      if (weight !== 0 && (weight < 10 || weight > 1000))
        findings.problem(`${at}/${key}`, `must be from 10 to 1000, is ${weight}`)
    }
  }
  checkWeights(blockIO, `${AT}/blockIO`)
  for (const [index, device] of (blockIO.weightDevice ?? []).entries()) {
    checkWeights(device, `${AT}/blockIO/weightDevice/${index}`)
  }
  const throttles = ['ReadBps', 'WriteBps', 'ReadIOPS', 'WriteIOPS'] as const
  const lists = ['weightDevice' as const, ...throttles.map((name) => `throttle${name}Device` as const)]
  for (const key of lists) {
    blockIO[key]?.forEach((device, index) => {
      for (const number of ['major', 'minor'] as const) {
        if (device[number] < 0) findings.problem(`${AT}/blockIO/${key}/${index}/${number}`, 'must not be negative')
      }
    })
  }
}

const checkHugepages: Check = ({ hugepageLimits = [] }, findings) => {
  hugepageLimits.forEach(({ pageSize }, index) => {
    if (hugepageLimits.findIndex((other) => other.pageSize === pageSize) !== index) {
      findings.problem(`${AT}/hugepageLimits/${index}/pageSize`, `must not be there twice: ${quote(pageSize)}`)
    }
  })
}

/** Files of the cgroup core that are no limits; the library uses them itself. */
const NO_LIMITS: ReadonlySet<string> = new Set(
  ['freeze', 'kill', 'procs', 'subtree_control', 'threads', 'type'].map((name) => `cgroup.${name}`),
)

const checkUnified: Check = ({ unified = {} }, findings) => {
  for (const file of Object.keys(unified)) {
    const at = `${AT}/unified/${pointerStep(file)}`
    if (!/^[a-z0-9_]+\.[\w.-]+$/i.test(file)) findings.problem(at, 'must be the name of a file like memory.high')
    else if (NO_LIMITS.has(file)) findings.problem(at, 'must be a limit; this file moves, stops or ends processes')
  }
}

const CHECKS: readonly Check[] = [
  checkDevices,
  checkMemory,
  checkCpu,
  checkPids,
  checkBlockIo,
  checkHugepages,
  checkUnified,
]

function checkResources({ linux }: Config, findings: Findings): void {
  const resources = linux?.resources
  if (resources !== undefined) for (const check of CHECKS) check(resources, findings)
}

export const RESOURCE_AREAS: readonly Area[] = [{ reads: ['/linux/resources'], check: checkResources }]

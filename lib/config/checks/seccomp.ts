// The system call filter (config-linux.md, Seccomp).
import { type Findings, quote } from '../findings.ts'
import type { Config, Seccomp, SeccompAction, SeccompRule } from '../types.ts'
import type { Area } from './area.ts'

/** include/linux/err.h, MAX_ERRNO: what a system call can return. */
const MAX_ERRNO = 4095
/** SECCOMP_RET_DATA: the low 16 bits of a filter's answer. */
const MAX_TRACE_MESSAGE = 0xffff

function checkSeccomp({ linux }: Config, findings: Findings): void {
  const seccomp = linux?.seccomp
  if (seccomp === undefined) return
  const at = '/linux/seccomp'
  if (seccomp.defaultAction === 'SCMP_ACT_NOTIFY') {
    findings.problem(`${at}/defaultAction`, 'must not be SCMP_ACT_NOTIFY: the listener’s own set-up would be caught')
  }
  checkErrno(seccomp.defaultAction, seccomp.defaultErrnoRet, `${at}/defaultErrnoRet`, findings)
  for (const [index, rule] of (seccomp.syscalls ?? []).entries()) checkRule(rule, `${at}/syscalls/${index}`, findings)
  checkListener(seccomp, at, findings)
  seccomp.architectures?.forEach((arch, index, all) => {
    if (all.indexOf(arch) !== index)
      findings.problem(`${at}/architectures/${index}`, `must not be there twice: ${arch}`)
  })
}

function checkListener(seccomp: Seccomp, at: string, findings: Findings): void {
  const { listenerPath = '', listenerMetadata = '', syscalls = [], flags = [] } = seccomp
  const notifies = syscalls.some(({ action }) => action === 'SCMP_ACT_NOTIFY')
  if (listenerPath !== '' && !listenerPath.startsWith('/')) {
    findings.problem(`${at}/listenerPath`, `must be an absolute path, is ${quote(listenerPath)}`)
  }
  if (listenerMetadata !== '' && listenerPath === '') findings.problem(`${at}/listenerMetadata`, 'needs listenerPath')
  const killable = flags.indexOf('SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV')
  if (killable !== -1 && !notifies) findings.problem(`${at}/flags/${killable}`, 'needs a rule with SCMP_ACT_NOTIFY')
}

function checkRule({ names, action, errnoRet, args = [] }: SeccompRule, at: string, findings: Findings): void {
  names.forEach((name, index) => {
    if (name === '') findings.problem(`${at}/names/${index}`, 'must be the name of a system call, is empty')
    // How the listener's descriptor is handed over.
    if (name === 'write' && action === 'SCMP_ACT_NOTIFY') {
      findings.problem(`${at}/action`, 'must not be SCMP_ACT_NOTIFY for write')
    }
  })
  checkErrno(action, errnoRet, `${at}/errnoRet`, findings)
  args.forEach(({ index: argument, op, valueTwo = 0 }, index) => {
    if (argument > 5) findings.problem(`${at}/args/${index}/index`, `must be from 0 to 5, is ${argument}`)
    if (op !== 'SCMP_CMP_MASKED_EQ' && valueTwo > 0) {
      findings.problem(`${at}/args/${index}/valueTwo`, `must not be set for ${op}, only for SCMP_CMP_MASKED_EQ`)
    }
  })
}

function checkErrno(action: SeccompAction, value: number | undefined, at: string, findings: Findings): void {
  if (value === undefined) return
  if (action === 'SCMP_ACT_ERRNO') {
    if (value > MAX_ERRNO) findings.problem(at, `must be at most ${MAX_ERRNO}, is ${value}`)
  } else if (action === 'SCMP_ACT_TRACE') {
    if (value > MAX_TRACE_MESSAGE) findings.problem(at, `must be at most ${MAX_TRACE_MESSAGE}, is ${value}`)
  } else findings.problem(at, `must not be set for ${action}, only for SCMP_ACT_ERRNO and SCMP_ACT_TRACE`)
}

export const SECCOMP_AREAS: readonly Area[] = [{ reads: ['/linux/seccomp'], check: checkSeccomp }]

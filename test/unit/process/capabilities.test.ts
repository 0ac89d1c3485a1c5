// Capability names and sets.
import { describe, expect, it } from 'vitest'
import { CAPABILITIES } from '../../../lib/config/capabilities.ts'
import {
  CAP_MKNOD,
  CAP_SETFCAP,
  CAP_SETGID,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  hasCapability,
} from '../../../lib/plan/flags.ts'
import { capabilityBits, planCapabilities } from '../../../lib/process/capabilities.ts'

describe('capabilityBits', () => {
  it('knows all 41 by number', () => {
    expect(CAPABILITIES).toHaveLength(41)
    for (const [number, name] of CAPABILITIES.entries()) expect(capabilityBits([name], 40)).toBe(1n << BigInt(number))
    expect(capabilityBits(CAPABILITIES, 40)).toBe((1n << 41n) - 1n)
  })

  it.each([
    ['CAP_CHOWN', 0n],
    ['CAP_SETGID', 6n],
    ['CAP_SYS_ADMIN', 21n],
    ['CAP_MKNOD', 27n],
    ['CAP_AUDIT_READ', 37n],
    ['CAP_CHECKPOINT_RESTORE', 40n],
  ])('%s is number %d (include/uapi/linux/capability.h)', (name, number) => {
    expect(capabilityBits([name], 40)).toBe(1n << number)
  })

  it.each([
    ['none', undefined, 0n],
    ['an empty list', [], 0n],
    ['a name twice', ['CAP_KILL', 'CAP_KILL'], 1n << 5n],
    ['names that do not exist', ['CAP_FLY', 'kill', 'cap_kill', 'constructor', ''], 0n],
  ])('leaves out %s', (_, names, bits) => {
    expect(capabilityBits(names, 40)).toBe(bits)
  })

  it('leaves out what the kernel is too old for', () => {
    const names = ['CAP_AUDIT_READ', 'CAP_PERFMON', 'CAP_BPF']
    expect(capabilityBits(names, 37)).toBe(1n << 37n)
    expect(capabilityBits(names, 38)).toBe((1n << 37n) | (1n << 38n))
  })

  it('agrees with the numbers that planning asks for', () => {
    const numbers = { CAP_MKNOD, CAP_SETFCAP, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN }
    for (const [name, number] of Object.entries(numbers)) {
      expect(CAPABILITIES[number]).toBe(name)
      expect(hasCapability(capabilityBits([name], 40), number)).toBe(true)
      expect(hasCapability(~capabilityBits([name], 40), number)).toBe(false)
    }
  })
})

describe('planCapabilities', () => {
  const none = { bounding: 0n, effective: 0n, permitted: 0n, inheritable: 0n, ambient: 0n }

  it.each([undefined, {}])('gives nothing when the document says %o', (capabilities) => {
    expect(planCapabilities(capabilities, 40)).toEqual(none)
  })

  it('keeps the five sets apart', () => {
    const sets = planCapabilities(
      {
        bounding: ['CAP_CHOWN', 'CAP_KILL'],
        permitted: ['CAP_CHOWN', 'CAP_KILL'],
        effective: ['CAP_CHOWN'],
        inheritable: ['CAP_KILL'],
        ambient: ['CAP_KILL'],
      },
      40,
    )
    expect(sets).toEqual({ bounding: 33n, permitted: 33n, effective: 1n, inheritable: 32n, ambient: 32n })
  })

  it('leaves out of the ambient set what the kernel would refuse there', () => {
    expect(planCapabilities({ permitted: ['CAP_KILL'], ambient: ['CAP_KILL'] }, 40).ambient).toBe(0n)
    expect(planCapabilities({ inheritable: ['CAP_KILL'], ambient: ['CAP_KILL'] }, 40).ambient).toBe(0n)
  })
})

// The probe on the machine at hand: what must hold on any Linux, with a made-up answer in the addon's place.
import { readFileSync } from 'node:fs'
import { release } from 'node:os'
import { describe, expect, it } from 'vitest'
import { probeHost } from '../../../lib/host.ts'

const addon = { probeSyscalls: () => ({ clone3: 0, openat2: 38 }), seccompFlags: () => 2 }

describe('probeHost', () => {
  it('agrees with the kernel', async () => {
    const host = await probeHost({ addon })
    const effective = /^CapEff:\s*(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    expect(host.kernel.release).toBe(release())
    expect(host.capabilities).toBe(BigInt(`0x${effective}`))
    expect(host.euid).toBe(process.geteuid?.())
    expect(host.namespaces).toMatchObject({ mount: true, pid: true, network: true })
    expect(host.missingSyscalls).toEqual(['openat2'])
    expect(host.seccompFlags).toEqual(['SECCOMP_FILTER_FLAG_LOG'])
  })

  it('calls nothing missing without an addon', async () => {
    expect((await probeHost({ addon: null })).missingSyscalls).toEqual([])
  })

  it('finds a cgroup2 that is there', async () => {
    const { cgroup2 } = await probeHost({ addon })
    const mounted = / - cgroup2 /.test(readFileSync('/proc/self/mountinfo', 'utf8'))
    expect(cgroup2 !== null).toBe(mounted)
    if (cgroup2 !== null) expect(readFileSync(`${cgroup2.mountPoint}/cgroup.controllers`, 'utf8')).toBeTypeOf('string')
  })

  it('is plain data: survives a structured clone', async () => {
    const host = await probeHost({ addon })
    expect(structuredClone(host)).toEqual(host)
  })
})

// inspectHost() on this machine, on which containers run. As root and as an ordinary user.
import { describe, expect, it } from 'vitest'
import { inspectHost, printDiagnosis, probeHost } from '../../lib/index.ts'
import { useBundle } from '../support/lane.ts'

useBundle()

describe('inspectHost', () => {
  it('finds this machine fit, with the facts behind that, and leaves nothing of what it tries', async () => {
    const { healthy, checks, host } = await inspectHost()
    expect(checks.filter(({ kind, ok }) => kind === 'requirement' && ok !== true)).toEqual([])
    expect(healthy).toBe(true)
    expect(host).toEqual(await probeHost())
    expect(host.euid).toBe(process.geteuid?.())
  })

  it('has each check once, by a name to ask for, and something to do about each that does not hold', async () => {
    const { checks, host } = await inspectHost()
    const names = checks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(checks.find(({ name }) => name === 'user namespaces')?.ok).toBe(true)
    const memory = checks.find(({ name }) => name === 'memory limits')
    expect(memory?.ok).toBe(host.cgroup2?.controllers.includes('memory'))
    for (const { name, ok, remedy } of checks) expect(ok === false ? remedy : 'nothing', name).toBeTypeOf('string')
    expect(printDiagnosis(checks)).toMatch(/All requirements hold\.$/)
  })
})

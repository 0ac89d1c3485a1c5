// The templates: valid, independent of each other, and with what they promise.
import { describe, expect, it } from 'vitest'
import { Config } from '../../../lib/config/config.ts'
import { parseConfig, stringifyConfig } from '../../../lib/config/load.ts'
import { judge, machine } from './documents.ts'

const rootless = { rootless: true, uid: 1000, gid: 100 } as const
const user = { ...machine, euid: 1000, egid: 100, capabilities: 0n }

describe('template', () => {
  it.each([
    ['default', Config.template(), machine],
    ['host network', Config.template({ network: 'host' }), machine],
    ['rootless', Config.template(rootless), user],
    ['rootless, host network', Config.template({ ...rootless, network: 'host' }), user],
    [
      'with everything said',
      Config.template({ args: ['a', 'b'], env: ['X=1'], rootPath: '/r', readonlyRoot: false, hostname: 'h' }),
      machine,
    ],
  ])('%s is valid without a warning, and survives JSON', (_name, config, host) => {
    expect(judge(config, host)).toEqual({ code: 'valid', problems: [], warnings: [] })
    expect(parseConfig(stringifyConfig(config, 2))).toEqual(config)
  })

  it('gives few rights', () => {
    const { process, root, linux } = Config.template()
    const few = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE']
    expect(process?.capabilities).toEqual({ bounding: few, permitted: few, effective: few })
    expect(process).toMatchObject({
      noNewPrivileges: true,
      rlimits: [{ type: 'RLIMIT_NOFILE', soft: 1024, hard: 1024 }],
    })
    expect(root).toEqual({ path: 'rootfs', readonly: true })
    expect(linux?.namespaces?.map(({ type }) => type).sort()).toEqual([
      'cgroup',
      'ipc',
      'mount',
      'network',
      'pid',
      'uts',
    ])
  })

  it('rootless has a user namespace with a self map, and no group that is not mapped', () => {
    const { linux, mounts = [] } = Config.template(rootless)
    expect(linux?.namespaces).toContainEqual({ type: 'user' })
    expect(linux?.uidMappings).toEqual([{ containerID: 0, hostID: 1000, size: 1 }])
    expect(linux?.gidMappings).toEqual([{ containerID: 0, hostID: 100, size: 1 }])
    expect(mounts.flatMap(({ options = [] }) => options).filter((word) => word.startsWith('gid='))).toEqual([])
  })

  it('binds /sys where a rootless container shares the network, and keeps the cgroups read-only', () => {
    const { mounts = [] } = Config.template({ ...rootless, network: 'host' })
    expect(mounts.find(({ destination }) => destination === '/sys')).toMatchObject({ type: 'bind', source: '/sys' })
    expect(mounts.find(({ destination }) => destination === '/sys/fs/cgroup')?.options).toContain('ro')
  })

  it('takes what it is told', () => {
    const config = Config.template({
      args: ['a', 'b'],
      env: ['X=1'],
      rootPath: '/r',
      readonlyRoot: false,
      hostname: 'h',
    })
    expect(config).toMatchObject({
      hostname: 'h',
      root: { path: '/r', readonly: false },
      process: { args: ['a', 'b'] },
    })
    expect(config.process?.env).toContain('X=1')
  })

  it('shares nothing with the next one', () => {
    const untouched = structuredClone(Config.template())
    const seen = new Set<unknown>()
    const visit = (value: unknown, act: (value: object) => void): void => {
      if (typeof value !== 'object' || value === null) return
      act(value)
      for (const item of Object.values(value)) visit(item, act)
    }
    visit(Config.template(), (value) => seen.add(value))
    visit(Config.template(), (value) => expect(seen.has(value)).toBe(false))
    visit(Config.template(), (value) => Array.isArray(value) && value.splice(0))
    expect(Config.template()).toEqual(untouched)
  })

  it('has each list of its own', () => {
    const lists: unknown[] = []
    for (const { options } of Config.template().mounts ?? []) lists.push(options)
    expect(new Set(lists).size).toBe(lists.length)
  })
})

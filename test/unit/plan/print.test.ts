// Printed plans of every kind, in full: a change of any plan shows here. Update with `vitest run -u`, and read the diff.
import { describe, expect, it } from 'vitest'
import { templateConfig } from '../../../lib/config/template.ts'
import { withProcess } from '../../../lib/plan/exec.ts'
import { explainConfig, explainExec } from '../../../lib/plan/explain.ts'
import { OPS, type Op, type Plan } from '../../../lib/plan/ops.ts'
import { printPlan } from '../../../lib/plan/print.ts'
import { fullConfig, options, overlayOptions, rootConfig, rootHost, userConfig, userHost, valid } from './fixtures.ts'

const SUBORDINATE = {
  uid: [
    { containerID: 0, hostID: 1000, size: 1 },
    { containerID: 1, hostID: 100000, size: 65536 },
  ],
  gid: [
    { containerID: 0, hostID: 1001, size: 1 },
    { containerID: 1, hostID: 200000, size: 65536 },
  ],
}

/** In the mount, pid and user namespaces of another container. */
function sharedMountsConfig() {
  return rootConfig((config) => {
    config.mounts = []
    config.root = { path: '/' }
    const joined = (['mount', 'pid', 'user'] as const).map((type) => ({ type, path: `/proc/7/ns/${type}` }))
    config.linux = { namespaces: [...joined, { type: 'uts' }, { type: 'cgroup' }] }
  })
}

describe('explainConfig', () => {
  it.each([
    ['template-root', () => explainConfig(rootConfig(), rootHost, options)],
    ['template-rootless', () => explainConfig(userConfig(), userHost, options)],
    [
      'template-rootless-host-network',
      () => {
        const config = templateConfig({ rootless: true, uid: 1000, gid: 1001, network: 'host' })
        return explainConfig(valid(config), userHost, options)
      },
    ],
    [
      'subordinate-ids',
      () => {
        const config = userConfig((config) => {
          config.linux.uidMappings = SUBORDINATE.uid
          config.linux.gidMappings = SUBORDINATE.gid
          config.process.user = { uid: 1000, gid: 1000, additionalGids: [10] }
        })
        return explainConfig(config, userHost, options)
      },
    ],
    ['joined', () => explainConfig(sharedMountsConfig(), rootHost, { ...options, parentDeathSignal: 9 })],
    ['overlay-root', () => explainConfig(rootConfig(), rootHost, overlayOptions)],
    ['overlay-rootless', () => explainConfig(userConfig(), userHost, overlayOptions)],
    ['exec-rootless', () => explainExec(valid(withProcess(userConfig(), { args: ['ps', 'ax'] })), userHost, 'web')],
    [
      'exec-root',
      () => explainExec(valid(withProcess(rootConfig(), { args: ['ps', 'ax'], oomScoreAdj: 100 })), rootHost, 'web'),
    ],
    [
      'terminal-user',
      () => {
        const config = rootConfig((config) => {
          config.process.terminal = true
          config.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW' }
          config.process.consoleSize = { height: 25, width: 80 }
          config.process.user = { uid: 1000, gid: 1000 }
        })
        return explainConfig(config, rootHost, { ...options, consoleSocket: true })
      },
    ],
    [
      'everything',
      () => explainConfig(fullConfig(), rootHost, { ...options, gate: false, passedFds: 2, listenFds: [] }),
    ],
  ])('%s', async (name, explain) => {
    await expect(explain()).toMatchFileSnapshot(`printed/${name}.txt`)
  })
})

const lines = (...ops: Op[]): string[] =>
  printPlan({ cloneFlags: 0, given: [], ops }, { id: 'x' })
    .trimEnd()
    .split('\n')
    .slice(3)
    .map((line) => line.trim().replace(/ {2,}/g, '  '))

const terminalConfig = () =>
  rootConfig((config) => {
    config.process.terminal = true
    config.process.user = { uid: 1000, gid: 1000 }
    config.linux.seccomp = { defaultAction: 'SCMP_ACT_ALLOW' }
  })

describe('printPlan', () => {
  it('numbers lines as errors number steps', () => {
    expect(lines({ op: 'newSession' }, { op: 'linkUp', name: 'lo' })).toEqual(['1 newSession', '2 linkUp  lo'])
  })

  it('keeps an operation on its line whatever the document says', () => {
    const op: Op = { op: 'exec', args: ['sh', '-c', 'echo\n 99 setUser', ''], env: ['A=1\n2'], passedFds: 0 }
    expect(lines(op)).toEqual([String.raw`1 exec  sh -c "echo\n 99 setUser" ""  env=[A]`])
  })

  it('shows names of the environment, never values', () => {
    const plan: Plan = {
      cloneFlags: 0,
      given: [],
      ops: [{ op: 'exec', args: ['a'], env: ['TOKEN=secret'], passedFds: 0 }],
    }
    expect(printPlan(plan, { id: 'x' })).toContain('env=[TOKEN]')
    expect(printPlan(plan, { id: 'x' })).not.toContain('secret')
  })

  it('shows unlimited limits as such, and unknown bits as numbers', () => {
    expect(
      lines(
        { op: 'setRlimit', resource: 7, soft: 1n, hard: 0xffffffffffffffffn },
        { op: 'setMountAttributes', path: '/x', set: 0x1 | 0x40000000, clear: 0x70, recursive: true },
        { op: 'dropBounding', keep: 1n | (1n << 63n) },
      ),
    ).toEqual([
      '1 setRlimit  RLIMIT_NOFILE  1 unlimited',
      '2 setMountAttributes  /x  ro 0x40000000 -(atime) recursive',
      '3 dropBounding  all but chown 63',
    ])
  })

  it('shows a stop, and what Node does there', () => {
    expect(lines({ op: 'sync', point: 'hostSetup', announce: true })[0]).toMatch(/^1 sync {2}hostSetup/)
  })

  it('prints a plan without operations', () => {
    expect(printPlan({ cloneFlags: 0, given: [], ops: [] }, { id: 'x' })).toBe('plan    x\nclone\ngiven\n')
  })

  it('is tried with every operation there is', async () => {
    const printed = new Set<string>(['moveRoot'])
    const remounts = rootConfig(
      ({ mounts }) => void mounts.push({ destination: '/dev', options: ['remount', 'size=1m'] }),
    )
    const inMounts = explainConfig(sharedMountsConfig(), rootHost, { ...options, parentDeathSignal: 9 })
    for (const config of [rootConfig(), fullConfig(), terminalConfig(), remounts]) {
      for (const text of [
        inMounts,
        explainConfig(config, rootHost, { ...options, init: true, passedFds: 1, listenFds: [] }),
        explainConfig(config, rootHost, overlayOptions),
        explainConfig(userConfig(), userHost, options),
        explainExec(
          valid(withProcess(rootConfig(), { args: ['id'], capabilities: { bounding: ['CAP_SYS_PTRACE'] } })),
          rootHost,
          'x',
        ),
        explainExec(
          valid(withProcess(userConfig(), { args: ['id'], execCPUAffinity: { initial: '0' } })),
          userHost,
          'x',
        ),
      ]) {
        for (const [, name] of text.matchAll(/^ *\d+ (\w+)/gm)) printed.add(name as string)
      }
    }
    expect(Object.keys(OPS).filter((name) => !printed.has(name))).toEqual([])
  })
})

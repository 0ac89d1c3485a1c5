// Hooks as operations of init, and none where there are no hooks.
import { describe, expect, it } from 'vitest'
import type { Hooks } from '../../../lib/config/types.ts'
import { planHooks } from '../../../lib/hooks/plan.ts'
import { rootConfig } from '../plan/fixtures.ts'

const plan = (hooks: Hooks, onHost = false) =>
  planHooks(
    rootConfig((config) => {
      config.hooks = hooks
    }),
    onHost,
  )
const names = (ops: ReadonlyArray<{ readonly op: string }>) => ops.map(({ op }) => op)
const hook = { path: '/bin/hook' }

describe('planHooks', () => {
  it('has nothing to do without hooks, and for those that are run when the container runs or is gone', () => {
    const nothing = { beforeRoot: [], beforeGate: [], afterGate: [] }
    expect(planHooks(rootConfig(), false)).toEqual(nothing)
    expect(plan({ prestart: [], startContainer: [] })).toEqual(nothing)
    expect(plan({ poststart: [hook], poststop: [hook] })).toEqual(nothing)
  })

  it.each(['prestart', 'createRuntime'] as const)('waits for %s hooks', (kind) => {
    expect(plan({ [kind]: [hook] }).beforeRoot).toEqual([{ op: 'sync', point: 'createRuntime', announce: true }])
  })

  it('waits for functions of the creator', () => {
    expect(names(plan({}, true).beforeRoot)).toEqual(['sync'])
  })

  it('runs createContainer hooks in the directory that will be the root', () => {
    const full = { path: '/bin/a', args: ['a', 'b'], env: ['C=d'], timeout: 2 }
    const { beforeRoot, beforeGate, afterGate } = plan({ createContainer: [hook, full] })
    const common = { op: 'runHook', directory: 'rootfs' }
    expect(beforeRoot.slice(1)).toEqual([
      {
        ...common,
        name: 'hooks.createContainer[0] /bin/hook',
        path: '/bin/hook',
        args: ['/bin/hook'],
        env: [],
        timeout: 0,
      },
      {
        ...common,
        name: 'hooks.createContainer[1] /bin/a',
        path: '/bin/a',
        args: ['a', 'b'],
        env: ['C=d'],
        timeout: 2000,
      },
    ])
    expect([...beforeGate, ...afterGate]).toEqual([])
  })

  it('has what startContainer hooks are told come before the gate', () => {
    const { beforeRoot, beforeGate, afterGate } = plan({ startContainer: [hook] })
    expect(beforeRoot).toEqual([])
    expect(beforeGate).toEqual([{ op: 'sync', point: 'startContainer', announce: false }])
    expect(afterGate).toMatchObject([{ op: 'runHook', directory: '' }])
  })

  it('keeps a timeout that no timer can hold to what it can', () => {
    const [, run] = plan({ createContainer: [{ ...hook, timeout: 2 ** 40 }] }).beforeRoot
    expect(run).toMatchObject({ timeout: 2 ** 31 - 1 })
  })
})

// Deciding about one more process: equal questions have one answer, and no other question has it.
import { expect, it } from 'vitest'
import { decideExec, type ExecQuestion } from '../../../lib/runtime/decide-exec.ts'
import { rootConfig, rootHost } from '../plan/fixtures.ts'

const question = (change: Partial<ExecQuestion> = {}): ExecQuestion => ({
  record: { config: rootConfig() },
  process: { args: ['id'] },
  host: rootHost,
  facts: { namespaces: ['mount', 'pid'], setGroups: true, traces: false },
  passing: { passedFds: 0, consoleSocket: false },
  failAt: undefined,
  trace: false,
  ...change,
})
const argsOf = (asked: ExecQuestion) =>
  decideExec(asked).plan.ops.flatMap((each) => (each.op === 'exec' ? [each.args] : []))[0]

it('finds the answer to an equal question', () => {
  expect(decideExec(question())).toBe(decideExec(question()))
})

it('does not take one question for another', () => {
  const first = decideExec(question())
  const others: Array<Partial<ExecQuestion>> = [
    { process: { args: ['ls'] } },
    { process: { args: ['id'], cwd: '/tmp' } },
    { record: { config: { ...rootConfig(), hostname: 'other' } } },
    { host: { ...rootHost } },
    { facts: { namespaces: ['mount'], setGroups: true, traces: false } },
    { facts: { namespaces: ['mount', 'pid'], setGroups: true, traces: true } },
    { passing: { passedFds: 1, consoleSocket: false } },
    { failAt: 0 },
    { trace: true },
  ]
  for (const [index, other] of others.entries()) expect(decideExec(question(other)), String(index)).not.toBe(first)
})

it('keeps its answers, whatever the caller does with what he asked', () => {
  const args = ['id', '-u']
  const asked = question({ process: { args } })
  expect(argsOf(asked)).toEqual(['id', '-u'])
  args.push('changed')
  expect(argsOf(question({ process: { args: ['id', '-u'] } }))).toEqual(['id', '-u'])
  expect(argsOf(asked)).toEqual(['id', '-u', 'changed'])
})

it('judges again what was refused', () => {
  const wrong = question({ process: { args: [] } })
  expect(() => decideExec(wrong)).toThrow(/args/)
  expect(() => decideExec(wrong)).toThrow(/args/)
})

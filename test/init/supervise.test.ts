// supervise: init stays the first process of the pid namespace, and does what that one has to.
import { describe, expect, test } from 'vitest'
import { native } from '../../lib/addon.ts'
import type { Op } from '../../lib/plan/ops.ts'
import { ENOENT } from './kernel.ts'
import { emptyRoot, execute, hostPrograms, pivotRoot, setStdio } from './plan-parts.ts'
import { failureIn, outputOf, privileges, runPlan } from './run-plan.ts'

const supervise: Op = { op: 'supervise' }
const supervised = (script: string): Op[] => [
  ...emptyRoot,
  ...hostPrograms,
  pivotRoot,
  { op: 'newSession' },
  setStdio,
  supervise,
  ...execute('sh', '-c', script),
]

describe.each(privileges)('as %s', (privilege) => {
  test('the program is not the first process, and leads its group', async () => {
    const script = 'echo $$; cut -d" " -f4,5 /proc/self/stat; tr -d "\\0" < /proc/1/comm'
    const [pid, , name] = (await outputOf(supervised(script), { privilege })).split('\n')
    expect(Number(pid)).toBeGreaterThan(1)
    expect(name).toBe('supervise')
  })

  test('ends as the program ends', async () => {
    expect((await runPlan(supervised('exit 7'), { privilege })).exit).toMatchObject({ exitCode: 7, signal: null })
    expect((await runPlan(supervised('kill -9 $$'), { privilege })).exit.exitCode).toBe(128 + 9)
  })

  test('reaps what the program leaves behind', async () => {
    // Each subshell leaves an orphan that ends at once.
    const script =
      'for i in 1 2 3 4 5; do (sh -c "exec true" & exec true) & wait; done; ' +
      'until ! grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null; do :; done; echo none'
    expect(await outputOf(supervised(script), { privilege })).toMatch(/none$/)
  })

  test.each([1, 2, 10, 12, 15, 34])('hands on signal %i', async (signal) => {
    // Once the program is about to run, what ends a program by default ends it.
    const { exit } = await runPlan(supervised('while :; do sleep 1; done'), {
      privilege,
      onFrame: ({ kind }, { pidfd }) => {
        if (kind === 'done') native().pidfdSendSignal(pidfd, signal)
      },
    })
    expect(exit.exitCode).toBe(128 + signal)
  })

  test('a program that is not there fails as without it', async () => {
    const ops: Op[] = [setStdio, supervise, ...execute('no-such-program')]
    expect(await failureIn(ops, { privilege })).toMatchObject({ op: 'findExecutable', errno: ENOENT })
  })

  test('holds no stream: their end is seen when the program closes them', async () => {
    const { output, exit } = await runPlan(supervised('echo bye; exec >&- 2>&- <&-; exit 0'), { privilege })
    expect([output, exit.exitCode]).toEqual(['bye\n', 0])
  })
})

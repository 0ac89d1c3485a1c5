// runHook: a program that init runs on the way, what it is given, and every way in which it fails.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { native } from '../../lib/addon.ts'
import type { Op } from '../../lib/plan/ops.ts'
import { CLONE_NEWNS, ENOENT } from './kernel.ts'
import { container, inEmptyRoot, openTree, runHook } from './plan-parts.ts'
import { cloneFlagsFor, failureIn, launchInit, outputOf, privileges, runPlan } from './run-plan.ts'

const sync: Op = { op: 'sync', point: 'hooks', announce: true }
type Fields = Parameters<typeof runHook>[0]
const shell = (script: string, fields: Fields = {}): Op => runHook({ args: ['sh', '-c', script], ...fields })

describe.each(privileges)('as %s', (privilege) => {
  test('gets its arguments, its environment and nothing of init’s', async () => {
    const script =
      'echo "$0 $1 $A"; umask; pwd; for fd in 3 4 5 6 7 8 9; do true 2>/dev/null <&$fd && echo open $fd; done; exit 3'
    const { detail, errno } = await failureIn(
      [shell('', { args: ['sh', '-c', script, 'zero', 'one'], env: ['A=b', 'PATH=/usr/bin:/bin'], name: 'hook 1' })],
      { privilege },
    )
    expect(errno).toBe(0)
    expect(detail).toMatch(/^hook 1: it exited with 3: zero one b\n0022\n\/$/)
  })

  test('reads the text that came with the last proceed, whole and from its start, as often as it is run', async () => {
    const { failure } = await runPlan([sync, shell('test "$(wc -c)" = 40000'), shell('head -c 5; exit 1')], {
      privilege,
      onFrame: ({ kind }, { control }) => {
        if (kind === 'sync') native().proceed(control, Buffer.from('state'.repeat(8000)))
      },
    })
    expect(failure?.detail).toBe('hook: it exited with 1: state')
  })

  test('runs in the directory it is told', async () => {
    const ops = inEmptyRoot(shell('test "$(stat -f -c %T .)" = tmpfs', { directory: 'root' }))
    expect((await runPlan(ops, { privilege })).failure).toBeUndefined()
  })

  test('runs inside the root once init has entered it', async () => {
    expect(await outputOf(container([], 'cat /seen', []), { privilege }).catch(() => 'none')).toBe('none')
    const ops = container([], 'cat /seen', [shell('echo inside > /seen')])
    expect(await outputOf(ops, { privilege })).toBe('inside')
  })

  test('a program that is not there is named, with the errno', async () => {
    const failure = await failureIn([runHook({ path: '/no/such', name: 'hook 2' })], { privilege })
    expect(failure).toMatchObject({ op: 'runHook', syscall: 'execve', errno: ENOENT, detail: 'hook 2' })
  })

  test('a directory slot without a descriptor fails', async () => {
    const ops = [runHook({ directory: 'tree' }), openTree({ tree: 'tree' })]
    expect((await failureIn(ops, { privilege })).detail).toMatch(/slot holds no descriptor/)
  })

  test('the signal that ended it is told', async () => {
    expect((await failureIn([shell('kill -9 $$')], { privilege })).detail).toBe('hook: it was ended by signal 9')
  })

  test('only the end of a long output is told', async () => {
    const { detail } = await failureIn([shell('seq 100000; exit 1')], { privilege })
    expect(detail).toMatch(/99999\n100000$/)
    expect(detail.length).toBeLessThan(1100)
  })

  test('one that takes too long is killed with all it has started', async () => {
    const { detail } = await failureIn([shell('sleep 1234 & echo $!; wait', { timeout: 1 })], { privilege })
    expect(detail).toMatch(/^hook: it was killed, having run for 0 s/)
  })

  test('init and the hook end with the parent', async () => {
    // Without a pid namespace, so that the hook does not end for want of its first process.
    const cloneFlags = cloneFlagsFor(privilege, CLONE_NEWNS)
    const init = await launchInit([shell('exec sleep 4321')], { privilege, given: {}, cloneFlags })
    await until(() => isRunning('sleep\x004321\0'))
    native().close(init.control)
    const exit = await new Promise((resolve) => native().watchExit(init.pidfd, resolve))
    native().close(init.pidfd)
    expect(exit).toMatchObject({ exitCode: 1 })
    await until(() => !isRunning('sleep\x004321\0'))
  })
})

const isRunning = (commandLine: string): boolean =>
  readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'latin1') === commandLine
    } catch {
      return false
    }
  })

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

// Terminals: made in a true devpts only, given away, mounted, sent, and made a session's.
import { closeSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Fd } from '../../lib/addon.ts'
import type { Op, OpOf } from '../../lib/plan/ops.ts'
import {
  bindMount,
  container,
  emptyRoot,
  makeDirectory,
  makeSymlink,
  mount,
  openTree,
  pivotRoot,
  setStdio,
} from './plan-parts.ts'
import { failureIn, outputOf, privileges, type RunOptions } from './run-plan.ts'

const openTerminal = (size: Partial<OpOf<'openTerminal'>> = {}): Op => ({
  op: 'openTerminal',
  master: 'master',
  terminal: 'terminal',
  rows: 0,
  columns: 0,
  ...size,
})
const bindTerminal = (fields: Partial<OpOf<'bindTerminal'>> = {}): Op => ({
  op: 'bindTerminal',
  terminal: 'terminal',
  target: '/dev/console',
  create: true,
  ...fields,
})
const ownTerminal = (uid: number, terminal = 'terminal'): Op => ({ op: 'ownTerminal', terminal, uid })
const sendTerminal: Op = { op: 'sendTerminal', master: 'master', socket: '' }
const session: readonly Op[] = [{ op: 'newSession' }, { op: 'setControllingTerminal' }]

const devpts: readonly Op[] = [
  makeDirectory('/dev'),
  mount({ type: 'devpts', target: '/dev/pts', data: ['newinstance', '', 'ptmxmode', '0666', 'mode', '0620'] }),
]
/** The terminal is standard input; what the program says goes elsewhere. */
const terminalStdin: Op = { op: 'setStdio', stdin: 'terminal', stdout: 'stdout', stderr: 'stderr' }

describe.each(privileges)('as %s', (privilege) => {
  /** Holds the master while the program runs: without it there is no terminal. */
  async function seen(script: string, before: readonly Op[], inside: readonly Op[]): Promise<string> {
    const masters: Fd[] = []
    const options: RunOptions = { privilege, onDescriptor: (fd) => masters.push(fd) }
    const output = await outputOf(container([...devpts, ...before], script, inside), options)
    expect(masters).toHaveLength(inside.includes(sendTerminal) ? 1 : 0)
    for (const fd of masters) closeSync(fd)
    return output
  }

  const failure = (inside: readonly Op[], before: readonly Op[] = devpts) =>
    failureIn([...emptyRoot, ...before, pivotRoot, ...inside], { privilege, onDescriptor: closeSync })

  test('is the first of its devpts, of the wanted size, and the session’s', async () => {
    const inside = [openTerminal({ rows: 25, columns: 81 }), sendTerminal, terminalStdin, ...session]
    // Its device number, of major 136, in the place of the session's terminal (proc_pid_stat(5)).
    const script = 'tty; stty size; cut -d " " -f 7 /proc/$$/stat; ls /dev/pts'
    expect(await seen(script, [], inside)).toBe('/dev/pts/0\n25 81\n34816\n0\nptmx')
  })

  test('is mounted where it is wanted: made there, found there, or left out', async () => {
    const inside = [
      openTerminal(),
      bindTerminal(),
      bindTerminal({ target: '/dev/there', create: false }),
      bindTerminal({ target: '/dev/missing', create: false }),
      sendTerminal,
      terminalStdin,
    ]
    const before = [
      { op: 'makeDevice', path: '/dev/there', type: 0o010000, mode: 0o600, major: 0, minor: 0, uid: 0, gid: 0 },
    ]
    const script = "stat -c '%t %T' /dev/pts/0 /dev/console /dev/there | sort -u | wc -l; ls /dev"
    expect(await seen(script, before as Op[], inside)).toBe('1\nconsole\npts\nthere')
  })

  test.runIf(privilege === 'root')('is given to a user, its group left', async () => {
    const inside = [openTerminal(), ownTerminal(7), sendTerminal, terminalStdin]
    expect(await seen("stat -c '%u %g %a' /dev/pts/0", [], inside)).toBe('7 0 620')
  })

  test.runIf(privilege !== 'root')('is not given to a user who does not exist', async () => {
    expect(await failure([openTerminal(), ownTerminal(7)])).toMatchObject({
      op: 'ownTerminal',
      syscall: 'fchown',
      errno: 22,
    })
  })

  test.each<[string, readonly Op[], number]>([
    ['that is missing', [makeDirectory('/dev')], 2],
    ['that is a directory', [makeDirectory('/dev/pts')], 22],
    ['that is another filesystem', [makeDirectory('/dev'), mount({ target: '/dev/pts' })], 22],
    ['that is a link', [...devpts.slice(0, 1), makeSymlink('/dev/pts', '/elsewhere')], 40],
    [
      'whose multiplexer is covered',
      [...devpts, openTree({ path: '/dev/null' }), bindMount({ target: '/dev/pts/ptmx' })],
      18,
    ],
  ])('is made of no devpts %s', async (_, before, errno) => {
    expect(await failure([openTerminal()], before)).toMatchObject({ op: 'openTerminal', errno })
  })

  test('has no more rows than there can be', async () => {
    expect(await failure([openTerminal({ rows: 65536 })])).toMatchObject({ op: 'openTerminal', errno: 22 })
    expect(await failure([openTerminal({ columns: 65536 })])).toMatchObject({ op: 'openTerminal', errno: 22 })
  })

  test('is not mounted through a link', async () => {
    const before = [...devpts, makeDirectory('/elsewhere'), makeSymlink('/dev/console', '/elsewhere/file')]
    expect(await failure([openTerminal(), bindTerminal()], before)).toMatchObject({ op: 'bindTerminal', errno: 40 })
  })

  test('is nothing else that a descriptor may stand for', async () => {
    const pipe = await failure([bindTerminal({ terminal: 'stdout' })])
    expect(pipe).toMatchObject({ op: 'bindTerminal', errno: 25, detail: expect.stringMatching('not a terminal') })
    const device = await failure([ownTerminal(0, 'stdin')])
    expect(device).toMatchObject({ op: 'ownTerminal', syscall: 'fstatfs' })
  })

  test('is not there before it is made', async () => {
    for (const op of [bindTerminal(), ownTerminal(0), sendTerminal]) {
      expect(await failure([op])).toMatchObject({ op: op.op, errno: 9 })
    }
  })

  test('is sent to a socket only', async () => {
    const send: Op = { op: 'sendTerminal', master: 'master', socket: 'stdin' }
    expect(await failure([openTerminal(), send])).toMatchObject({ op: 'sendTerminal', syscall: 'sendmsg', errno: 88 })
  })

  test('is a session’s only if it is one, and only its leader’s', async () => {
    const none = await failure([setStdio, ...session])
    expect(none).toMatchObject({ op: 'setControllingTerminal', syscall: 'ioctl', errno: 25 })
    const follower = await failure([openTerminal(), sendTerminal, terminalStdin, { op: 'setControllingTerminal' }])
    expect(follower).toMatchObject({ op: 'setControllingTerminal', syscall: 'ioctl', errno: 1 })
  })

  test('and all else that is the host’s can be let go of', async () => {
    const gone = await failure([openTerminal(), { op: 'closeDescriptors', keep: 'terminal' }, sendTerminal])
    expect(gone).toMatchObject({ op: 'sendTerminal', errno: 9 })
    const unset = await failure([{ op: 'closeDescriptors', keep: 'terminal' }])
    expect(unset).toMatchObject({ op: 'closeDescriptors', errno: 9 })
    const kept: Op[] = [openTerminal(), terminalStdin, { op: 'closeDescriptors', keep: 'master' }, sendTerminal]
    expect(await seen('tty', [], kept)).toBe('/dev/pts/0')
    const script = 'ls /proc/self/fd | tr "\\n" " "'
    const inside: readonly Op[] = [openTerminal(), { op: 'closeDescriptors', keep: '' }]
    expect(await outputOf(container(devpts, script, inside), { privilege })).toMatch(/^0 1 2 3$/)
  })
})

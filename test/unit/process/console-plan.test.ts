// The operations that give a process a terminal.
import { describe, expect, it } from 'vitest'
import { planContainer } from '../../../lib/plan/plan.ts'
import { planConsole, planStdio } from '../../../lib/process/console-plan.ts'
import { planProcess, processSlots } from '../../../lib/process/plan.ts'
import { indexOf, opsOf, options, rootConfig, rootHost } from '../plan/fixtures.ts'

const plain = { cwd: '/', args: ['sh'] }
const process = { ...plain, terminal: true }
const facts = { consoleSocket: false, bind: true, create: true }

describe('planConsole', () => {
  it('does nothing for a process without a terminal', () => {
    expect(planConsole({ ...plain, consoleSize: { height: 24, width: 80 } }, facts)).toEqual([])
    expect(planConsole({ ...plain, terminal: false }, facts)).toEqual([])
  })

  it('makes a terminal of the kernel’s size, which becomes /dev/console, and sends its master to Node', () => {
    expect(planConsole(process, facts)).toEqual([
      { op: 'openTerminal', master: 'consoleMaster', terminal: 'console', rows: 0, columns: 0 },
      { op: 'bindTerminal', terminal: 'console', target: '/dev/console', create: true },
      { op: 'sendTerminal', master: 'consoleMaster', socket: '' },
    ])
  })

  it('sets the size', () => {
    const [open] = planConsole({ ...process, consoleSize: { height: 24n, width: 80 } }, facts)
    expect(open).toMatchObject({ rows: 24, columns: 80 })
  })

  it('gives the terminal to a user other than root', () => {
    const [, own] = planConsole({ ...process, user: { uid: 1000, gid: 1000 } }, facts)
    expect(own).toEqual({ op: 'ownTerminal', terminal: 'console', uid: 1000 })
  })

  it('leaves /dev/console to the container’s first process', () => {
    expect(planConsole(process, { ...facts, bind: false }).map(({ op }) => op)).not.toContain('bindTerminal')
  })

  it('sends the master to a console socket', () => {
    expect(planConsole(process, { ...facts, consoleSocket: true }).at(-1)).toMatchObject({ socket: 'consoleSocket' })
  })
})

describe('the tail', () => {
  it('takes the terminal for all standard streams, and for the session it has just begun', () => {
    expect(planStdio(process, true)).toEqual([
      { op: 'setStdio', stdin: 'console', stdout: 'console', stderr: 'console' },
    ])
    const tail = planProcess(process, {
      lastCapability: 40,
      setGroups: true,
      ownsStdio: false,
      gate: true,
      passedFds: 0,
      beforeGate: [],
      afterGate: [],
      supervise: false,
    })
    const names = tail.map(({ op }) => op)
    expect(names.slice(0, 3)).toEqual(['newSession', 'setStdio', 'setControllingTerminal'])
    expect(names).not.toContain('ownStdio')
  })

  it.each([
    ['nothing', false, []],
    ['the console socket', true, ['consoleSocket']],
  ])('is sent %s in the place of standard streams', (_, consoleSocket, given) => {
    expect(processSlots(process, { gate: false, passedFds: 0, consoleSocket })).toEqual({ passed: [], given })
  })
})

describe('in a container’s plan', () => {
  const plan = (change: Parameters<typeof rootConfig>[0] = () => {}) =>
    planContainer(
      rootConfig((config) => {
        config.process.terminal = true
        change(config)
      }),
      rootHost,
      options,
    )

  it('the terminal is made in the container’s devpts, while /dev can be written to', () => {
    const whole = plan((config) => {
      config.root.readonly = true
    })
    const opened = indexOf(whole, 'openTerminal')
    expect(opened).toBeGreaterThan(indexOf(whole, 'pivotRoot'))
    expect(indexOf(whole, 'bindTerminal')).toBeLessThan(indexOf(whole, 'setMountAttributes'))
    expect(indexOf(whole, 'bindTerminal')).toBeLessThan(indexOf(whole, 'maskPath'))
    expect(whole.given).toEqual(['execFifo'])
  })

  it('nothing is made in a /dev that is somebody else’s', () => {
    const whole = plan((config) => {
      const kept = config.mounts.filter(({ destination }) => destination !== '/dev')
      config.mounts = [{ destination: '/dev', source: '/dev', options: ['rbind'] }, ...kept]
    })
    expect(opsOf(whole, 'bindTerminal')).toMatchObject([{ create: false }])
  })
})

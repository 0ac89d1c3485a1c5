// What the command line makes of its options: documents for the library, text for engines.
import { describe, expect, it } from 'vitest'
import { parseStats } from '../../../lib/cgroups/stats.ts'
import { describeStats, parseDuration } from '../../../lib/cli/events.ts'
import { describeProcess } from '../../../lib/cli/exec.ts'
import { withNotifySocket } from '../../../lib/cli/notify-socket.ts'
import { buildProgram } from '../../../lib/cli/program.ts'
import { selectRows } from '../../../lib/cli/ps.ts'
import { printTable } from '../../../lib/cli/reports.ts'
import { describeResources, withoutZeros } from '../../../lib/cli/update.ts'
import { Config } from '../../../lib/index.ts'

const config = Config.template({ env: ['A=1'] })
const options = { newPrivs: true, preserveFds: 0 }

describe('exec', () => {
  it('leaves to the container what is not asked for', () => {
    expect(describeProcess(config, ['ls'], options)).toEqual({ args: ['ls'] })
  })

  it('adds to the container’s environment, groups and capabilities', () => {
    const process = describeProcess(config, ['ls'], {
      ...options,
      env: ['B=2'],
      user: '5:6',
      additionalGids: ['7'],
      cap: ['net_raw', 'CAP_CHOWN'],
      tty: true,
      cwd: '/tmp',
      newPrivs: false,
    })
    expect(process).toMatchObject({
      cwd: '/tmp',
      env: [...(config.process?.env ?? []), 'B=2'],
      noNewPrivileges: true,
      terminal: true,
      user: { uid: 5, gid: 6, additionalGids: [7] },
    })
    const own = config.process?.capabilities?.bounding ?? []
    for (const set of ['bounding', 'effective', 'permitted'] as const) {
      expect(process.capabilities?.[set]).toEqual([...own, 'CAP_NET_RAW', 'CAP_CHOWN'])
    }
    expect(process.capabilities?.ambient).toBeUndefined()
  })

  it('keeps the group when only the user changes', () => {
    const own = { ...config, process: { ...config.process, user: { uid: 1, gid: 2 } } }
    expect(describeProcess(own, ['ls'], { ...options, user: '9' }).user).toMatchObject({ uid: 9, gid: 2 })
  })

  it.each(['root', '1:x', ''])('refuses %j as a user', (user) => {
    expect(() => describeProcess(config, ['ls'], { ...options, user })).toThrow(/must be a number/)
  })
})

describe('update', () => {
  it('asks for what is given alone', () => {
    expect(describeResources({ memory: '1024', cpuShare: '512', cpusetCpus: '0-1', pidsLimit: '-1' })).toEqual({
      memory: { limit: 1024 },
      cpu: { shares: 512, cpus: '0-1' },
      pids: { limit: -1 },
    })
    expect(describeResources({})).toEqual({})
  })

  it('refuses what is no number', () => {
    expect(() => describeResources({ memory: '1M5' })).toThrow('invalid value "1M5" for memory')
  })

  it('takes zeros and nothing for "unchanged"', () => {
    expect(withoutZeros({ memory: { limit: 0, swap: 5 }, cpu: { cpus: '', shares: 0 }, devices: [] })).toEqual({
      memory: { swap: 5 },
    })
  })
})

describe('events', () => {
  it.each([
    ['5s', 5000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1.5s', 1500],
  ])('takes %s for %i ms', (text, period) => expect(parseDuration(text)).toBe(period))

  it.each(['', '5', '0s', 's', '-1s'])('refuses %j', (text) => expect(() => parseDuration(text)).toThrow(/duration/))

  it('tells statistics in runc’s shape and units', () => {
    const files = new Map([
      ['cpu.stat', 'usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 3\nnr_throttled 2\nthrottled_usec 7\n'],
      ['memory.current', '100\n'],
      ['memory.max', '400\n'],
      ['memory.stat', 'file 60\n'],
      ['memory.events', 'max 4\n'],
      ['pids.current', '2\n'],
      ['pids.max', 'max\n'],
      ['io.stat', '8:1 rbytes=5 wbytes=6 rios=1 wios=1\n'],
    ])
    expect(describeStats(parseStats(files))).toMatchObject({
      cpu: {
        usage: { total: 30_000, user: 10_000, kernel: 20_000 },
        throttling: { periods: 3, throttledPeriods: 2, throttledTime: 7000 },
      },
      memory: { cache: 60, usage: { usage: 100, limit: 400, failcnt: 4 } },
      pids: { current: 2 },
      blkio: {
        ioServiceBytesRecursive: [
          { major: 8, minor: 1, op: 'Read', value: 5 },
          { major: 8, minor: 1, op: 'Write', value: 6 },
        ],
      },
    })
  })
})

describe('NOTIFY_SOCKET', () => {
  it('is mounted and named', () => {
    const { mounts, process } = withNotifySocket(config, { NOTIFY_SOCKET: '/run/systemd/notify' })
    expect(mounts?.at(-1)).toMatchObject({ source: '/run/systemd/notify', destination: '/run/notify/notify.sock' })
    expect(process?.env?.at(-1)).toBe('NOTIFY_SOCKET=/run/notify/notify.sock')
  })

  it.each([{}, { NOTIFY_SOCKET: '@abstract' }])('is left out with %j', (env) => {
    expect(withNotifySocket(config, env)).toBe(config)
  })
})

describe('tables', () => {
  it('keep the rows of ps that are the container’s', () => {
    const text = 'UID PID CMD\nroot 1 init\nroot 12 sleep\n'
    expect(selectRows(text, new Set([12]))).toBe('UID PID CMD\nroot 12 sleep\n')
    expect(() => selectRows('USER CMD\n', new Set())).toThrow(/PID/)
  })

  it('have columns that are wide enough', () => {
    const row = {
      ociVersion: '1.3.0',
      id: 'a-rather-long-name',
      pid: 5,
      status: 'running',
      bundle: '/b',
      rootfs: '/b/r',
    }
    const [header = '', line = ''] = printTable([{ ...row, created: 'now', owner: 'root' }]).split('\n')
    expect(line.indexOf('5')).toBe(header.indexOf('PID'))
    expect(line.indexOf('root')).toBe(header.indexOf('OWNER'))
  })
})

describe('the program', () => {
  it('has every command of runc’s', () => {
    const names = buildProgram().command.commands.map((each) => each.name())
    expect(names).toEqual(
      expect.arrayContaining([
        ...['checkpoint', 'create', 'delete', 'events', 'exec', 'features', 'kill', 'list', 'pause', 'ps'],
        ...['restore', 'resume', 'run', 'spec', 'start', 'state', 'update'],
      ]),
    )
  })

  it.each([
    ['bogus'],
    ['state'],
    ['state', '--bogus', 'x'],
    ['create', '--preserve-fds', 'x', 'id'],
    ['--log-format', 'xml'],
  ])('refuses %j', async (...args) => {
    await expect(buildProgram().command.parseAsync(args, { from: 'user' })).rejects.toThrow()
  })
})

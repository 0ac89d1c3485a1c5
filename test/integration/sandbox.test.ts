// sandbox.run and Sandbox, by what programs find inside and what is left outside. As root and as an ordinary user.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { probeHost, Sandbox, sandbox } from '../../lib/index.ts'
import { isRoot } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { lookInside, marked, type Options, PROBE, runIn } from '../support/sandboxed.ts'

const bundle = useBundle()
const sh = (script: string, options?: Options) => runIn(bundle, ['sh', '-c', script], options)

/** A directory of this test, as whoever runs it has it: closed to others. */
const scratch = (): string => mkdtempSync(join(bundle.directory, 'scratch-'))

describe('what is inside', () => {
  it('is a program without rights, in namespaces of its own', async () => {
    const report = await lookInside(bundle)
    const host = (name: string) => readlinkSync(`/proc/self/ns/${name}`)
    for (const name of ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user']) {
      expect(report.namespaces[name], name).toMatch(new RegExp(`^${name}:\\[\\d+\\]$`))
      expect(report.namespaces[name], name).not.toBe(host(name))
    }
    expect(report.status).toMatch(/^CapEff:\t0+$/m)
    expect(report.status).toMatch(/^CapBnd:\t0+$/m)
    expect(report.status).toMatch(/^NoNewPrivs:\t1$/m)
    expect(report.status).toMatch(/^Seccomp:\t2$/m)
    expect({ hostname: report.hostname, cwd: report.cwd, links: report.links }).toEqual({
      hostname: 'sandbox',
      cwd: '/work',
      links: ['lo'],
    })
    expect(Object.keys(report.fds).sort()).toEqual(['0', '1', '2'])
    expect([...report.uids, ...report.gids, ...report.groups].filter((id) => id !== 0 && id !== 65534)).toEqual([])
    // Outside it is nobody, or who runs it: never the machine’s root.
    expect(report.uidMap.trim().split(/\s+/)[1]).toBe(isRoot ? '1878982656' : String(process.geteuid?.()))
  })

  it('has an environment of its own, and what is added', async () => {
    process.env['LIBCONTAINER_SECRET'] = 'secret'
    const { env } = await lookInside(bundle, { env: { ADDED: 'yes', HOME: '/elsewhere' } })
    delete process.env['LIBCONTAINER_SECRET']
    expect(env.filter((each) => !each.startsWith('LIBCONTAINER_TEST=')).sort()).toEqual([
      'ADDED=yes',
      'HOME=/elsewhere',
      'LANG=C.UTF-8',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'TERM=xterm',
    ])
  })

  it('can write to its own layer, and to nothing of this machine', async () => {
    const own = ['/new', '/work/new', '/tmp/new', '/root/new']
    const others = ['/usr/new', '/etc/passwd', '/etc/ssl/certs/new', '/proc/sys/kernel/hostname', '/sys/new', '/probe']
    const { stdout } = await sh(`for f in ${[...own, ...others].join(' ')}; do (: >> $f) 2>/dev/null && echo $f; done`)
    expect(stdout.trim().split('\n')).toEqual(own)
    expect(own.filter((path) => existsSync(path))).toEqual([])
  })

  it('has nothing of this machine to read that is nobody’s business', async () => {
    const top = ['bin', 'dev', 'etc', 'home', 'lib', 'lib32', 'lib64', 'libx32', 'probe', 'proc', 'root', 'run', 'sbin']
    const all = [...top, 'sys', 'tmp', 'usr', 'var', 'work', 'nix', 'gnu']
    const scripts = ['ls -A /', 'ls -A /root /home /run /tmp /var | grep .', 'ls -A /etc /etc/ssl']
    const [root = '', empty, etc = ''] = await Promise.all(
      scripts.map(async (script) => (await sh(script)).stdout.trim()),
    )
    expect(root.split('\n').filter((name) => !all.includes(name))).toEqual([])
    expect(empty).toBe('/home:\n/root:\n/run:\n/tmp:\n/var:\nrun\ntmp')
    const secret =
      /^(shadow|gshadow|passwd-|ssh|sudoers|sudoers\.d|private|hosts|hostname|machine-id|resolv\.conf|fstab|crontab|docker|kubernetes)$/m
    expect(etc).toMatch(/^passwd$/m)
    expect(etc).not.toMatch(secret)
    expect(readdirSync('/etc').join('\n')).toMatch(secret)
  })

  it('cannot read what only root may, even below /usr', async ({ skip }) => {
    if (!isRoot) skip('an ordinary user cannot make such a file')
    const secret = mkdtempSync('/usr/local/libcontainer-')
    try {
      writeFileSync(join(secret, 'key'), 'secret', { mode: 0o600 })
      chmodSync(secret, 0o755)
      const { exitCode, stderr } = await sh(`cat ${secret}/key`)
      expect(exitCode).toBe(1)
      expect(stderr).toMatch('Permission denied')
    } finally {
      execFileSync('rm', ['-r', secret])
    }
  })

  it('runs Node', async () => {
    const { stdout, stderr } = await runIn(bundle, ['node', '-p', '6 * 7'], { timeout: '60s' })
    expect({ stdout, stderr }).toEqual({ stdout: '42\n', stderr: '' })
  })
})

describe('the result', () => {
  it('has output, exit code and what was used', async () => {
    const result = await sh('echo out; echo err >&2; exit 3')
    expect(result).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      exitCode: 3,
      signal: null,
      timedOut: false,
      endedBy: null,
      oomKilled: false,
      truncated: false,
      enforced: {},
    })
    expect(result.usage.cpuMs).toBeGreaterThan(0)
    expect(result.usage.wallMs).toBeGreaterThan(0)
  })

  it('tells the signal, of a program that ends itself by one too', async () => {
    expect(await sh('kill -ABRT $$')).toMatchObject({ exitCode: null, signal: 'SIGABRT' })
    expect(await sh('kill -TERM $$')).toMatchObject({ exitCode: null, signal: 'SIGTERM' })
  })

  it('has bytes when it is asked for them', async () => {
    const { stdout } = await sh('printf "\\377\\000"', { encoding: 'buffer' })
    expect(stdout).toEqual(Buffer.from([255, 0]))
  })

  it('has what was written before the limit, and says that there was more', async () => {
    const { stdout, truncated, stderr } = await sh('printf 0123456789; echo e >&2', { maxOutput: 4 })
    expect({ stdout, truncated, stderr }).toEqual({ stdout: '0123', truncated: true, stderr: 'e\n' })
    expect(await sh('printf 0123', { maxOutput: 4 })).toMatchObject({ stdout: '0123', truncated: false })
  })

  it('lists what was changed, and has it as an archive', async () => {
    const files = { '/work/changed': 'before', '/work/removed': 'x', '/work/kept': 'y' }
    const script =
      'echo after > changed; rm removed; mkdir -p a/b; echo n > a/b/new; ln -s /etc/shadow link; mkfifo pipe; chmod 750 a/b/new'
    const long = `a/${'d'.repeat(90)}/${'ü'.repeat(20)}`
    const { changes } = await sh(`${script}; mkdir -p ${long}; echo l > ${long}/f`, { files, changes: 'tar' })
    const listed = changes?.files.map(({ path, kind }) => `${kind} ${path}`) ?? []
    expect(listed.filter((each) => !each.includes('ddd'))).toEqual([
      'added /work/a',
      'added /work/a/b',
      'added /work/a/b/new',
      'changed /work/changed',
      'added /work/link',
      'added /work/pipe',
      'removed /work/removed',
    ])
    const unpacked = scratch()
    execFileSync('tar', ['xf', '-', '-C', unpacked], { input: changes?.tar })
    expect(readFileSync(join(unpacked, 'work/changed'), 'utf8')).toBe('after\n')
    expect(readFileSync(join(unpacked, 'work', long, 'f'), 'utf8')).toBe('l\n')
    expect(statSync(join(unpacked, 'work/a/b/new')).mode & 0o777).toBe(0o750)
    expect(readlinkSync(join(unpacked, 'work/link'))).toBe('/etc/shadow')
    expect(readdirSync(join(unpacked, 'work')).sort()).toEqual(['a', 'changed', 'link'])
  })

  it('tells what was done', async () => {
    const { trace } = await sh('true', { trace: true })
    expect(trace?.plan).toMatch(/pivotRoot/)
    expect(trace).toMatchObject({
      createMs: expect.any(Number),
      startMs: expect.any(Number),
      runMs: expect.any(Number),
    })
  })
})

describe('input and output', () => {
  it('takes text, bytes and streams', async () => {
    expect((await sh('cat', { input: 'text' })).stdout).toBe('text')
    expect((await sh('cat', { input: Buffer.from('bytes') })).stdout).toBe('bytes')
    expect((await sh('cat', { input: Readable.from(['a', 'stream']) })).stdout).toBe('astream')
    expect((await sh('cat')).stdout).toBe('')
  })

  it('tells lines as they come', async () => {
    const [out, err]: [string[], string[]] = [[], []]
    const { stdout } = await sh('echo one; printf "t\\303"; printf "\\274wo\\r\\nlast"; echo e >&2', {
      onStdout: (line) => out.push(line),
      onStderr: (line) => err.push(line),
    })
    expect({ out, err, stdout }).toEqual({ out: ['one', 'tüwo', 'last'], err: ['e'], stdout: 'one\ntüwo\r\nlast' })
  })

  it('rejects with what a listener throws, and has ended everything', async () => {
    const mine = new Error('mine')
    const running = sh('echo a; sleep 100', {
      onStdout: () => {
        throw mine
      },
    })
    await expect(running).rejects.toBe(mine)
  })

  it('copies to streams', async () => {
    const stdout = new PassThrough()
    const read = text(stdout)
    const result = await sh('echo streamed', { output: { stdout } })
    expect({ read: await read, stdout: result.stdout }).toEqual({ read: 'streamed\n', stdout: '' })
  })

  it('gives a terminal', async () => {
    const { stdout } = await sh('tty; stty size; read -r line; echo "<$line>"', {
      tty: { columns: 91, rows: 33 },
      input: 'typed\n',
    })
    // What is typed is echoed when it comes, which may be before all else.
    expect(stdout.replace(/^typed\r\n/m, '')).toBe('/dev/pts/0\r\n33 91\r\n<typed>\r\n')
  })
})

describe('files', () => {
  it('are put where they are wanted, and may be changed there', async () => {
    const directory = scratch()
    mkdirSync(join(directory, 'sub'))
    writeFileSync(join(directory, 'sub/run'), '#!/bin/sh\necho ran', { mode: 0o755 })
    symlinkSync('sub/run', join(directory, 'link'))
    const files = {
      '/work/text': 'text',
      '/deep/er/bytes': Buffer.from('bytes'),
      '/work/script': { content: '#!/bin/sh\necho script', mode: 0o755 },
      '/work/copied': { copy: directory },
    }
    const script =
      'cat text /deep/er/bytes; ./script; copied/link; echo more >> text; echo more >> copied/sub/run; stat -c %u:%a /work /work/text /tmp'
    const { stdout, stderr } = await sh(script, { files })
    expect({ stdout, stderr }).toEqual({ stdout: 'textbytesscript\nran\n0:755\n0:644\n0:1777\n', stderr: '' })
    expect(readFileSync(join(directory, 'sub/run'), 'utf8')).toBe('#!/bin/sh\necho ran')
  })

  it('are not put through a link that a copied directory has, to where it leads on this machine', async () => {
    const [outside, copied, more] = [scratch(), scratch(), scratch()]
    symlinkSync(outside, join(copied, 'link'))
    writeFileSync(join(more, 'file'), 'x')
    for (const entry of ['text', { copy: more }, { copy: join(more, 'file') }]) {
      for (const inside of ['/work/link', '/work/link/in', '/work/link/deep/in']) {
        const files = { '/work': { copy: copied }, [inside]: entry }
        await expect(sh('true', { files })).rejects.toMatchObject({
          code: 'ERR_INVALID_CONFIG',
          problems: [
            { path: `/files/${inside.replaceAll('/', '~1')}`, message: expect.stringContaining('/work/link') },
          ],
        })
        expect(readdirSync(outside)).toEqual([])
      }
    }
  })

  it('replace what a copied directory has at their path', async () => {
    const copied = scratch()
    writeFileSync(join(copied, 'file'), 'old', { mode: 0o600 })
    const { stdout } = await sh('cat file; stat -c %a file', {
      files: { '/work': { copy: copied }, '/work/file': 'new ' },
    })
    expect(stdout).toBe('new 644\n')
    expect(readFileSync(join(copied, 'file'), 'utf8')).toBe('old')
  })

  it('are bound read-only, and for writing where that is said, with the owner they have', async () => {
    const directory = scratch()
    writeFileSync(join(directory, 'private'), 'mine', { mode: 0o600 })
    const files = { '/ro': { bind: directory }, '/rw': { bind: directory, writable: true } }
    const { stdout, stderr } = await sh(
      'cat /ro/private; echo x > /ro/new; echo made > /rw/new; stat -c " %u" /ro/private',
      { files },
    )
    expect(stdout).toBe('mine 0\n')
    expect(stderr).toMatch('Read-only file system')
    expect(readFileSync(join(directory, 'new'), 'utf8')).toBe('made\n')
    expect(statSync(join(directory, 'new')).uid).toBe(process.geteuid?.())
  })

  it('are copied out when it has ended', async () => {
    const directory = scratch()
    const copyOut = {
      '/work/out': join(directory, 'out'),
      '/work/one': join(directory, 'one'),
      '/nothing': join(directory, 'no'),
    }
    await sh(
      'mkdir -p out/sub; echo r > out/sub/result; ln -s /etc/passwd out/link; mkfifo out/pipe; echo 1 > one; chmod 500 out/sub',
      { copyOut },
    )
    expect(readFileSync(join(directory, 'out/sub/result'), 'utf8')).toBe('r\n')
    expect(readlinkSync(join(directory, 'out/link'))).toBe('/etc/passwd')
    expect(readdirSync(join(directory, 'out')).sort()).toEqual(['link', 'sub'])
    expect(readFileSync(join(directory, 'one'), 'utf8')).toBe('1\n')
    expect(existsSync(join(directory, 'no'))).toBe(false)
    // A link that is there by now must not be written through.
    await expect(sh('true', { copyOut })).rejects.toMatchObject({ code: 'ERR_EXISTS' })
  })
})

describe('a root filesystem', () => {
  const makeRoot = (): string => {
    const root = join(scratch(), 'root')
    for (const name of ['', 'bin', 'etc', 'tmp']) mkdirSync(join(root, name), { recursive: true })
    execFileSync('cp', [join(bundle.rootfs, 'bin/probe'), join(root, 'bin/probe')])
    chmodSync(join(root, 'tmp'), 0o1777)
    chmodSync(join(root, '..'), 0o755)
    return root
  }

  it('is read, and keeps nothing of what is written', async () => {
    const root = makeRoot()
    const files = { '/tmp/put': 'in', '/etc/bound': { bind: join(bundle.rootfs, 'etc/lower') } }
    const args = ['report', '/tmp/put', '/tmp', '/etc/bound']
    const { stdout } = await sandbox.run('probe', args, { ...marked(bundle), root, files, changes: true })
    const report = JSON.parse(stdout)
    expect(report.writes).toMatchObject({ '/tmp/put': null, '/etc/bound': 'EROFS' })
    expect(report.stats['/tmp'].mode & 0o7777).toBe(0o1777)
    expect(report.root).not.toContain('usr')
    expect(readdirSync(root).sort()).toEqual(['bin', 'etc', 'tmp'])
    expect(readdirSync(join(root, 'tmp'))).toEqual([])
  })

  it('may be that of a bundle', async () => {
    const root = makeRoot()
    writeFileSync(join(root, '../config.json'), JSON.stringify({ ociVersion: '1.0.2', root: { path: 'root' } }))
    const { exitCode } = await sandbox.run('probe', ['exit', '7'], {
      ...marked(bundle),
      root: join(root, '..'),
      files: {},
    })
    expect(exitCode).toBe(7)
  })

  it('is not an image that is packed', async () => {
    const image = scratch()
    writeFileSync(join(image, 'oci-layout'), '{}')
    await expect(sandbox.run('true', { root: image })).rejects.toThrow(/\/root: .*unpack it/)
  })
})

describe('who it is', () => {
  it('may be another user, who can write where he begins', async ({ skip }) => {
    const { subIds, newuidmap } = await probeHost()
    if (!isRoot && (subIds.uid.length === 0 || newuidmap === undefined)) skip('this user has no subordinate ids')
    const { stdout, stderr } = await sh('id -u; id -g; echo x > f; echo $HOME', { user: { uid: 1000, gid: 100 } })
    expect({ stdout, stderr }).toEqual({ stdout: '1000\n100\n/tmp\n', stderr: '' })
  })
})

describe('limits', () => {
  const wanted = { memory: '64M', cpus: 1, pids: 20 }

  it('are refused where this machine cannot give them, by name and with what to do; or enforced', async () => {
    const { cgroup2, systemd } = await probeHost()
    const given = systemd !== null || ['memory', 'cpu', 'pids'].every((each) => cgroup2?.passedOn.includes(each))
    if (given) {
      expect((await sh('true', wanted)).enforced).toEqual({ memory: 'cgroup', cpus: 'cgroup', pids: 'cgroup' })
      return
    }
    const refused = await sh('true', wanted).catch((error: unknown) => error)
    expect(refused).toMatchObject({
      code: 'ERR_UNSUPPORTED',
      problems: [{ path: '/memory' }, { path: '/cpus' }, { path: '/pids' }],
    })
    expect(String(refused)).toMatch("limits: 'best-effort'")
  })

  it('are as good as can be where that is said, and the result says how good', async () => {
    const { enforced, stdout } = await sh('ulimit -d; ulimit -c', { ...wanted, limits: 'best-effort' })
    for (const limit of ['memory', 'pids'] as const) expect(['cgroup', 'process']).toContain(enforced[limit])
    expect(['cgroup', 'none']).toContain(enforced.cpus)
    if (enforced.memory === 'process') expect(stdout).toMatch(/^65536$/m)
  })

  it('of time end it with all it has started', async () => {
    const script = 'trap "" TERM; setsid sleep 100 & sleep 100'
    expect(await sh(script, { timeout: 300 })).toMatchObject({ signal: 'SIGKILL', timedOut: true, endedBy: 'timeout' })
    expect(await sh('echo a; sleep 100', { idle: 500 })).toMatchObject({
      stdout: 'a\n',
      timedOut: true,
      endedBy: 'idle',
    })
    const spinning = await sh('while :; do :; done', { cpuTime: '1s', timeout: '60s' })
    expect(spinning).toMatchObject({ timedOut: false, endedBy: 'cpuTime', exitCode: null })
  })

  it('let go on whoever says something now and then', async () => {
    const script = 'for i in 1 2 3 4 5; do echo $i; sleep 0.3; done'
    expect(await sh(script, { idle: 1500 })).toMatchObject({ exitCode: 0, endedBy: null })
  })

  it('keep the disk from being filled', async () => {
    const { exitCode, stderr } = await sh('head -c 20M /dev/zero > big', { disk: '4M' })
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch('No space left on device')
  })
})

describe('a signal', () => {
  it('ends it with all it has started, and rejects with its reason', async () => {
    const controller = new AbortController()
    const running = sh('echo begun; sleep 100 & sleep 100', {
      signal: controller.signal,
      onStdout: () => controller.abort('enough'),
    })
    await expect(running).rejects.toBe('enough')
    await expect(sh('true', { signal: AbortSignal.abort('before') })).rejects.toBe('before')
  })
})

describe('a sandbox for many commands', () => {
  it('keeps files and processes between them', async () => {
    await using box = await Sandbox.create(marked(bundle))
    expect((await box.run('sh', ['-c', 'echo kept > file; sleep 100 >/dev/null & echo $! > pid'])).exitCode).toBe(0)
    expect((await box.run('sh', ['-c', 'cat file; kill -0 $(cat pid) && echo alive'])).stdout).toBe('kept\nalive\n')
    const both = await Promise.all([
      box.run('sh', ['-c', 'echo 1']),
      box.run('sh', ['-c', 'echo 2'], { cwd: '/tmp', env: { A: 'b' } }),
    ])
    expect(both.map(({ stdout }) => stdout)).toEqual(['1\n', '2\n'])
  })

  it('does not wait for what a command leaves running with its output', async () => {
    await using box = await Sandbox.create(marked(bundle))
    const { stdout } = await box.run('sh', ['-c', 'sleep 100 & echo said'])
    expect(stdout).toBe('said\n')
  })

  it('begins anew after a command that had to be ended', async () => {
    await using box = await Sandbox.create(marked(bundle, { files: { '/work/given': 'given' } }))
    await box.run('sh', ['-c', 'echo changed > given; echo x > made'])
    expect((await box.run('sleep', ['100'], { timeout: 200 })).timedOut).toBe(true)
    const { stdout } = await box.run('sh', ['-c', 'cat given; ls'])
    expect(stdout).toBe('givengiven\n')
  })

  it('gives streams of a command', async () => {
    await using box = await Sandbox.create(marked(bundle))
    const process = await box.start('cat')
    process.stdin?.end('through')
    expect(process.stdout && (await text(process.stdout))).toBe('through')
    expect((await process.result).exitCode).toBe(0)
    const waiting = await box.start(PROBE, ['wait'])
    waiting.signal('SIGTERM')
    expect((await waiting.result).signal).toBe('SIGTERM')
  })

  it('runs nothing once it is closed', async () => {
    const box = await Sandbox.create(marked(bundle))
    const running = box.run('sleep', ['100'])
    await box.run('true')
    await box.close()
    expect((await running).signal).toBe('SIGKILL')
    await box.close()
    await expect(box.run('true')).rejects.toMatchObject({ code: 'ERR_WRONG_STATUS' })
  })
})

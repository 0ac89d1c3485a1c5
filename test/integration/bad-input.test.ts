// What cannot work is refused with the right code when it can be known, and leaves neither traces nor damage.
import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { isRoot } from '../support/bundle.ts'
import { useBundle } from '../support/lane.ts'
import { type Expected, expectRefusal as refuses, variants } from '../support/refusal.ts'
import { finish } from '../support/report.ts'

const bundle = useBundle()

const { template, withProcess, withLinux } = variants(bundle)
const expectRefusal = (config: unknown, expected: Expected, options?: CreateOptions) =>
  refuses(bundle, config, expected, options)

describe('the root filesystem', () => {
  it('must exist', async () => {
    const config = { ...template(), root: { path: join(bundle.directory, 'missing') } }
    await expectRefusal(config, { code: 'ERR_NOT_FOUND', op: 'openTree', errno: 'ENOENT', text: '/missing' })
  })

  it('must be a directory', async () => {
    const path = join(bundle.directory, 'file')
    writeFileSync(path, '')
    await expectRefusal(
      { ...template(), root: { path } },
      { code: 'ERR_INVALID_CONFIG', op: 'openTree', text: '/file' },
    )
  })

  it('must not be a symbolic link', async () => {
    const path = join(bundle.directory, `link-${bundle.newId()}`)
    symlinkSync(bundle.rootfs, path)
    await expectRefusal(
      { ...template(), root: { path } },
      { code: 'ERR_INVALID_CONFIG', op: 'openTree', text: '/link' },
    )
  })

  it('must not be / by way of the options', async () => {
    const invalid = { code: 'ERR_INVALID_CONFIG' }
    await expectRefusal(template(), { ...invalid, path: '/rootfs/directory' }, { rootfs: { directory: '/' } })
    await expectRefusal(
      template(),
      { ...invalid, path: '/rootfs/overlay/lower' },
      { rootfs: { overlay: { lower: [] } } },
    )
    const halved = { overlay: { lower: ['/'], upper: '/tmp/upper' } }
    await expectRefusal(template(), { ...invalid, path: '/rootfs/overlay' }, { rootfs: halved })
  })

  it('must have the layers that an overlay names', async () => {
    const rootfs = { overlay: { lower: [join(bundle.directory, 'missing')] } }
    await expectRefusal(template(), { code: 'ERR_NOT_FOUND', op: 'createFilesystem', errno: 'ENOENT' }, { rootfs })
  })
})

describe('the program', () => {
  it('must be there', async () => {
    const missing = { code: 'ERR_NOT_FOUND', op: 'findExecutable', errno: 'ENOENT' }
    await expectRefusal(withProcess({ args: ['no-such-program'] }), { ...missing, text: 'no-such-program' })
    await expectRefusal(withProcess({ args: ['/bin/nothing'] }), { ...missing, text: '/bin/nothing' })
    await expectRefusal(withProcess({ args: ['probe'], env: ['PATH=/tmp:/etc'] }), missing)
  })

  it('must be executable', async () => {
    writeFileSync(join(bundle.rootfs, 'tmp/plain'), 'text', { mode: 0o644 })
    const denied = { code: 'ERR_SYSTEM', op: 'findExecutable', errno: 'EACCES' }
    await expectRefusal(withProcess({ args: ['/tmp/plain'] }), { ...denied, text: '/tmp/plain' })
    await expectRefusal(withProcess({ args: ['/tmp'] }), denied)
  })

  it('must be of a format the kernel knows; that is found out when it starts', async () => {
    writeFileSync(join(bundle.rootfs, 'tmp/garbage'), 'no program', { mode: 0o755 })
    chmodSync(join(bundle.rootfs, 'tmp/garbage'), 0o755)
    const config = withProcess({ args: ['/tmp/garbage'] }) as Config
    const failure = { op: 'exec', errno: 'ENOEXEC' }
    await expect(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject(failure)
    await using container = await Container.create(bundle.newId(), config, { stateDir: bundle.stateDir })
    await expect(container.start()).rejects.toMatchObject(failure)
  })

  it('needs its interpreter', async () => {
    const script = join(bundle.rootfs, 'tmp/script')
    writeFileSync(script, '#!/no/such/shell\n')
    chmodSync(script, 0o755)
    const config = withProcess({ args: ['/tmp/script'] }) as Config
    await expect(Container.run(bundle.newId(), config, { stateDir: bundle.stateDir })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      op: 'exec',
      errno: 'ENOENT',
    })
  })
})

describe('the working directory', () => {
  it('must be a directory', async () => {
    const failure = { code: 'ERR_SYSTEM', errno: 'ENOTDIR', text: '/etc/lower' }
    await expectRefusal(withProcess({ cwd: '/etc/lower' }), failure)
  })

  it('is not made on a filesystem that refuses', async () => {
    await expectRefusal(withProcess({ cwd: '/proc/none' }), { code: 'ERR_SYSTEM', errno: 'ENOENT', text: '/proc/none' })
  })

  it.runIf(isRoot)('must be open to the user', async () => {
    mkdirSync(join(bundle.rootfs, 'tmp/closed'), { mode: 0o700 })
    const closed = withProcess({ cwd: '/tmp/closed', user: { uid: 1234, gid: 1234 } })
    await expectRefusal(closed, { code: 'ERR_SYSTEM', op: 'changeDirectory', errno: 'EACCES', text: '/tmp/closed' })
  })
})

describe('ids and mounts', () => {
  it('a user that is not mapped', async () => {
    const namespaces = [...(template().linux?.namespaces ?? []).filter(({ type }) => type !== 'user'), { type: 'user' }]
    const uidMappings = [{ containerID: 0, hostID: process.geteuid?.() ?? 0, size: 1 }]
    const gidMappings = [{ containerID: 0, hostID: process.getegid?.() ?? 0, size: 1 }]
    const config = { ...withLinux({ namespaces, uidMappings, gidMappings }) }
    const process5 = { ...template().process, user: { uid: 5, gid: 0 } }
    await expectRefusal({ ...config, process: process5 }, { code: 'ERR_INVALID_CONFIG', path: '/process/user/uid' })
  })

  it('a user namespace without mappings', async () => {
    const namespaces = [{ type: 'mount' }, { type: 'user' }]
    const config = { ...withLinux({ namespaces, uidMappings: undefined, gidMappings: undefined }), hostname: undefined }
    await expectRefusal(config, { code: 'ERR_INVALID_CONFIG', path: '/linux/uidMappings' })
  })

  it('a bind mount of what is not there', async () => {
    const mounts = [{ destination: '/data', source: join(bundle.directory, 'gone'), options: ['bind'] }]
    await expectRefusal({ ...template(), mounts }, { code: 'ERR_NOT_FOUND', op: 'openTree', text: '/gone' })
  })

  it('a file bound onto a directory', async () => {
    writeFileSync(join(bundle.directory, 'some-file'), '')
    const mounts = [{ destination: '/data', source: join(bundle.directory, 'some-file'), options: ['bind'] }]
    await expectRefusal({ ...template(), mounts }, { code: 'ERR_SYSTEM', op: 'bindMount', text: '/data' })
  })

  it('a filesystem the kernel does not know', async () => {
    const mounts = [{ destination: '/data', type: 'nosuchfs', source: 'x' }]
    const errno = isRoot ? 'ENODEV' : expect.stringMatching(/ENODEV|EPERM/)
    await expectRefusal({ ...template(), mounts }, { code: 'ERR_SYSTEM', op: 'mount', errno, text: 'nosuchfs' })
  })

  it('a namespace to join that is not there, or not of the kind', async () => {
    const types = (path: string) => [{ type: 'mount' }, { type: 'pid' }, { type: 'network', path }]
    const config = (path: string) => withLinux({ namespaces: types(path) })
    const bare = (path: string) => ({ ...config(path), hostname: undefined })
    await expectRefusal(bare('/no/such/ns'), { code: 'ERR_NOT_FOUND', errno: 'ENOENT', text: '/no/such/ns' })
    await expectRefusal(bare('/proc/self/ns/uts'), { code: 'ERR_INVALID_CONFIG', text: 'is a uts namespace' })
    await expectRefusal(bare('/dev/null'), { code: 'ERR_INVALID_CONFIG', text: 'is another file' })
  })
})

describe('standard streams', () => {
  it('must be of a kind there is', async () => {
    const invalid = { code: 'ERR_INVALID_CONFIG' }
    const wrong = (stdio: unknown, path: string) =>
      expectRefusal(template(), { ...invalid, path }, { stdio } as CreateOptions)
    await wrong('pipes', '/stdio')
    await wrong(['pipe', 'pipe'], '/stdio')
    await wrong(['pipe', 'pipe', 'ipc'], '/stdio/2')
    await wrong(['pipe', -1, 'pipe'], '/stdio/1')
    await wrong(['pipe', 1.5, 'pipe'], '/stdio/1')
    await wrong([new Writable(), 'pipe', 'pipe'], '/stdio/0')
    await wrong(['pipe', new Readable({ read() {} }), 'pipe'], '/stdio/1')
  })

  it('must be open', async () => {
    const closed = openSync('/dev/null', 'r')
    closeSync(closed)
    const closedEntry: Expected = { code: 'ERR_INVALID_CONFIG', path: '/stdio/2', text: `${closed} is not open` }
    await expectRefusal(template(), closedEntry, { stdio: ['pipe', 'pipe', closed] })
  })
})

it('an id, or a cgroup, that is in use', async () => {
  const id = bundle.newId()
  await using container = await Container.create(id, template(['wait']), { stateDir: bundle.stateDir })
  const again = () => Container.create(id, template(), { stateDir: bundle.stateDir })
  await expect(again()).rejects.toMatchObject({ code: 'ERR_EXISTS', id })
  expect(await container.status()).toBe('created')
  if (!isRoot) return
  // The same id elsewhere: its cgroup would be the same.
  const elsewhere = { stateDir: join(bundle.directory, 'state2') }
  await expect(Container.create(id, template(), elsewhere)).rejects.toMatchObject({ code: 'ERR_EXISTS', id })
  expect(await container.status()).toBe('created')
  await container.start()
})

it('a state directory that others can write', async () => {
  const stateDir = join(bundle.directory, 'open')
  mkdirSync(stateDir, { recursive: true })
  chmodSync(stateDir, 0o777)
  await expectRefusal(template(), { code: 'ERR_INVALID_CONFIG', text: /can be written by others/ }, { stateDir })
  const file = join(bundle.directory, 'no-directory')
  writeFileSync(file, '')
  await expectRefusal(template(), { code: 'ERR_INVALID_CONFIG', text: /not a directory/ }, { stateDir: file })
})

it('a good container runs as well after all that', async () => {
  expect(await finish(bundle, template(['exit', '7']))).toMatchObject({ exitCode: 7, signal: null })
})

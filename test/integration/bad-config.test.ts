// Documents and ids that no container can be made of are refused before anything is done, with all that is wrong.
import { describe, expect, it } from 'vitest'
import type { Config } from '../../lib/config/types.ts'
import { Container, isContainerError } from '../../lib/index.ts'
import { useBundle } from '../support/lane.ts'
import { type Expected, expectRefusal as refuses, variants } from '../support/refusal.ts'

const bundle = useBundle()
const { template, withProcess, withLinux, withNamespaces } = variants(bundle)
const expectRefusal = (config: unknown, expected: Expected) => refuses(bundle, config, expected)

describe('a malformed document', () => {
  const cases: ReadonlyArray<readonly [string, () => unknown, string]> = [
    ['null', () => null, ''],
    ['a list', () => [], ''],
    ['text', () => 'config', ''],
    ['nothing', () => ({}), '/ociVersion'],
    ['a version of another kind', () => ({ ...template(), ociVersion: '2.0.0' }), '/ociVersion'],
    ['arguments that are no list', () => withProcess({ args: 'sh' }), '/process/args'],
    ['no arguments', () => withProcess({ args: [] }), '/process/args'],
    ['a NUL in an argument', () => withProcess({ args: ['probe', 'a\0b'] }), '/process/args/1'],
    ['a NUL in the environment', () => withProcess({ env: ['A=\0'] }), '/process/env/0'],
    ['an environment entry without =', () => withProcess({ env: ['PATH'] }), '/process/env/0'],
    ['a relative working directory', () => withProcess({ cwd: 'tmp' }), '/process/cwd'],
    ['no working directory', () => withProcess({ cwd: undefined }), '/process/cwd'],
    ['a uid below 0', () => withProcess({ user: { uid: -1, gid: 0 } }), '/process/user/uid'],
    ['a uid that is a fraction', () => withProcess({ user: { uid: 0.5, gid: 0 } }), '/process/user/uid'],
    ['the uid that means none', () => withProcess({ user: { uid: 0xffff_ffff, gid: 0 } }), '/process/user/uid'],
    [
      'an unknown limit',
      () => withProcess({ rlimits: [{ type: 'RLIMIT_X', soft: 1, hard: 1 }] }),
      '/process/rlimits/0/type',
    ],
    ['an unknown namespace', () => withNamespaces({ type: 'disk' }), '/linux/namespaces'],
    ['a namespace twice', () => withNamespaces({ type: 'pid' }), '/linux/namespaces'],
    [
      'a relative mount',
      () => ({ ...template(), mounts: [{ destination: 'x', type: 'tmpfs' }] }),
      '/mounts/0/destination',
    ],
    ['a hostname of 65 bytes', () => ({ ...template(), hostname: 'h'.repeat(65) }), '/hostname'],
    [
      'a kernel parameter of the host',
      () => withLinux({ sysctl: { 'kernel.panic': '1' } }),
      '/linux/sysctl/kernel.panic',
    ],
    ['no root', () => ({ ...template(), root: undefined }), '/root'],
    ['the host’s root', () => ({ ...template(), root: { path: '/' } }), '/root/path'],
    ['the host’s root in other words', () => ({ ...template(), root: { path: '/tmp/../.' } }), '/root/path'],
  ]

  it.each(cases)('%s', async (_name, config, path) => {
    const error = await Container.create(bundle.newId(), config() as Config, { stateDir: bundle.stateDir }).then(
      () => expect.fail('it was accepted'),
      (cause: unknown) => cause,
    )
    if (!isContainerError(error)) throw error
    expect(error.code).toBe('ERR_INVALID_CONFIG')
    expect(error.problems.map((problem) => problem.path).filter((at) => at.startsWith(path))).not.toEqual([])
  })

  it('is told all its problems at once', async () => {
    const config = { ...withProcess({ cwd: 'x', args: [] }), hostname: 'h'.repeat(65) }
    const error = await Container.create(bundle.newId(), config as Config, { stateDir: bundle.stateDir }).catch(
      (cause: unknown) => cause,
    )
    const paths = isContainerError(error) ? error.problems.map(({ path }) => path).sort() : []
    expect(paths).toEqual(['/hostname', '/process/args', '/process/cwd'])
  })

  it('what is not supported yet is named, not ignored', async () => {
    await expectRefusal(withLinux({ intelRdt: { closID: 'group' } }), {
      code: 'ERR_UNSUPPORTED',
      path: '/linux/intelRdt',
    })
  })
})

describe('an id', () => {
  it.each(['', '.', '..', 'a/b', '/', 'a b', 'a\0', '../up', 'ü', 'x'.repeat(256)])('%j is refused', async (id) => {
    for (const attempt of [
      () => Container.create(id, template(), { stateDir: bundle.stateDir }),
      () => Container.run(id, template(), { stateDir: bundle.stateDir }),
      () => Container.load(id, { stateDir: bundle.stateDir }),
    ]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'ERR_INVALID_CONFIG' })
    }
  })

  it('that is no text is refused', async () => {
    for (const id of [undefined, null, 7, {}]) {
      await expect(Container.create(id as unknown as string, template())).rejects.toMatchObject({
        code: 'ERR_INVALID_CONFIG',
      })
    }
  })

  it('as long as may be works', async () => {
    const id = `${bundle.marker}.`.padEnd(255, 'x')
    const attempt = Container.run(id, template(), { stateDir: bundle.stateDir })
    const container = await attempt.catch((error: unknown) => error)
    if (isContainerError(container)) expect(container.code).toBe('ERR_INVALID_CONFIG')
    else await (container as Container).delete({ force: true })
  })
})

// The words that engines look for in what a runtime says.
import { describe, expect, it } from 'vitest'
import { CommandFailure, describeFailure, failingAs } from '../../../lib/cli/failure.ts'
import { ContainerError } from '../../../lib/errors.ts'

const step = (op: string, errno: string, path: string) =>
  new ContainerError({
    code: 'ERR_SYSTEM',
    operation: 'exec',
    id: 'web',
    step: 4,
    op,
    syscall: 'faccessat2',
    errno,
    path,
  })

describe('describeFailure', () => {
  it.each<[string, unknown, string]>([
    [
      'an unknown container',
      new ContainerError({ code: 'ERR_NOT_FOUND', operation: 'load', id: 'web', message: 'no such container in /run' }),
      'container does not exist',
    ],
    [
      'an id in use',
      new ContainerError({ code: 'ERR_EXISTS', operation: 'create', message: 'a container of this id exists in /run' }),
      'container with given ID already exists',
    ],
    [
      'a program that PATH does not lead to',
      step('findExecutable', 'ENOENT', 'nosuch: not found in PATH'),
      'unable to start container process: exec: "nosuch": executable file not found in $PATH',
    ],
    [
      'a program that is not there',
      step('findExecutable', 'ENOENT', '/nosuch'),
      'unable to start container process: exec: "/nosuch": stat /nosuch: no such file or directory',
    ],
    [
      'a program that may not be executed',
      step('findExecutable', 'EACCES', '/bin'),
      'unable to start container process: exec: "/bin": permission denied',
    ],
    [
      'a file',
      Object.assign(new Error('x'), { code: 'ENOENT', syscall: 'open', path: '/a' }),
      'open /a: no such file or directory',
    ],
    ['what is no error', 'text', 'text'],
  ])('tells of %s', (_name, error, text) => {
    expect(describeFailure(error)).toBe(text)
  })

  it('keeps everything that a failure says, in one line, as Go writes system errors', () => {
    const text = describeFailure(step('mount', 'EPERM', '/proc'))
    expect(text).toMatch(/^exec web: step 4 mount \/proc: faccessat2: operation not permitted/)
    expect(text).not.toMatch('\n')
  })
})

describe('failingAs', () => {
  it('adds what failed, and the exit code', async () => {
    const failure = failingAs('exec failed', 255, () => Promise.reject(new Error('no')))
    await expect(failure).rejects.toMatchObject({ message: 'exec failed: no', exitCode: 255 })
    await expect(failure).rejects.toBeInstanceOf(CommandFailure)
  })

  it('hands on what came of it', async () => {
    expect(await failingAs('x', 1, () => Promise.resolve(3))).toBe(3)
  })
})

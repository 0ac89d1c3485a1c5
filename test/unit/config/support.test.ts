// What the spec has and this version does not do: refused by name, never ignored.
import { describe, expect, it } from 'vitest'
import { GAPS } from '../../../lib/config/support.ts'
import { type Changes, document, judge } from './documents.ts'

/** Where it is, and a document that has it. */
const CASES: ReadonlyArray<readonly [at: string | readonly string[], changes: Changes]> = [
  ['/process/commandLine', { '/process/commandLine': 'cmd.exe' }],
  ['/process/user/username', { '/process/user/username': 'ContainerUser' }],
  ['/linux/intelRdt', { '/linux/intelRdt': { closID: 'gold', enableMonitoring: false } }],
]

describe('unsupported properties', () => {
  it.each(CASES.map(([at, changes]) => [[at].flat(), changes] as const))('%o', (paths, changes) => {
    const { code, problems } = judge(document(changes))
    expect(code).toBe('ERR_UNSUPPORTED')
    expect(problems.map(({ path }) => path)).toEqual(paths)
    for (const { message } of problems) expect(message).toMatch(/^is not supported yet: it needs .{4}/)
  })

  it('every row of the table is met by one of these documents', () => {
    const met = CASES.flatMap(([, changes]) => judge(document(changes)).problems)
    const unmet = GAPS.filter(({ path, at = '', needs }) => {
      const place = new RegExp(`^${path.replaceAll('*', '\\d+')}${at && `/${at}`}$`)
      return !met.some((problem) => place.test(problem.path) && problem.message.endsWith(needs))
    })
    expect(unmet).toEqual([])
  })

  it('comes after what is invalid, which is another code', () => {
    const { code, problems } = judge(document({ '/process/commandLine': 'x', '/process/cwd': 'x' }))
    expect(code).toBe('ERR_INVALID_CONFIG')
    expect(problems.map(({ path }) => path)).toEqual(['/process/cwd'])
  })

  it('says everything at once', () => {
    const { problems } = judge(document({ '/process/commandLine': 'x', '/process/user/username': 'x' }))
    expect(problems.map(({ path }) => path)).toEqual(['/process/commandLine', '/process/user/username'])
  })
})

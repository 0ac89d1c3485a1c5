// A runtime as engines call it, and what tests do with it again and again.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, vi } from 'vitest'
import type { Config } from '../../lib/index.ts'
import { type Bundle, probeConfig } from './bundle.ts'
import { type CallOptions, type Ended, openRuntime, type Runtime, type RuntimeName } from './runtimes.ts'

export interface CommandLine {
  /** A bundle's directory, there from the first test on. */
  readonly directory: string
  readonly runtime: Runtime
  call(args: readonly string[], options?: CallOptions): Promise<Ended>
  /** What a failure must look like, whatever failed. crun's exit codes are its own. */
  refuses(args: readonly string[], words: RegExp, code?: number | 'any'): Promise<void>
  /** Deleted after the test. */
  newId(): string
  writeConfig(args: readonly string[], change?: (config: Config) => Config): void
  create(args: readonly string[], ...options: string[]): Promise<string>
  start(args: readonly string[], ...options: string[]): Promise<string>
  stop(id: string): Promise<void>
  stateOf(id: string): Promise<Record<string, unknown>>
}

/** To be called where tests are described. */
export function useCommandLine(bundle: Bundle, name: RuntimeName): CommandLine {
  const made: string[] = []
  let runtime: Runtime | undefined
  let directory: string | undefined
  const there = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('there is none before the first test')
    return value
  }
  beforeAll(() => {
    runtime = openRuntime(name, join(bundle.directory, `state-${name}`))
    directory = mkdtempSync(join(bundle.directory, 'bundle-'))
  })
  afterEach(async () => {
    for (const id of made.splice(0)) {
      const ended = await line.call(['delete', '--force', id])
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
    }
  })

  const line: CommandLine = {
    get directory() {
      return there(directory)
    },
    get runtime() {
      return there(runtime)
    },
    call: (args, options) => there(runtime).call(args, options),
    async refuses(args, words, code = 'any') {
      const ended = await line.call(args)
      expect(ended.code, ended.stderr).not.toBe(0)
      if (code !== 'any' && name !== 'crun') expect(ended.code).toBe(code)
      expect(ended.stderr).toMatch(words)
      expect(ended.stderr).not.toMatch(/\n\s+at /)
      // runc prints its help.
      if (name === 'libcontainer') expect(ended.stdout).toBe('')
    },
    newId() {
      const id = bundle.newId()
      made.push(id)
      return id
    },
    writeConfig(args, change = (config) => config) {
      // Older runtimes refuse documents of newer versions.
      const document = change({ ...probeConfig(bundle, args), ociVersion: '1.0.2' })
      writeFileSync(join(line.directory, 'config.json'), JSON.stringify(document))
    },
    async create(args, ...options) {
      line.writeConfig(args)
      const id = line.newId()
      const ended = await line.call(['create', '--bundle', line.directory, ...options, id])
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
      return id
    },
    async start(args, ...options) {
      const id = await line.create(args, ...options)
      const ended = await line.call(['start', id])
      expect(ended, ended.stderr).toMatchObject({ code: 0 })
      return id
    },
    async stop(id) {
      await line.call(['kill', id, 'KILL'])
      await vi.waitFor(async () => expect(await line.stateOf(id)).toMatchObject({ status: 'stopped' }), {
        timeout: 10_000,
      })
    },
    async stateOf(id) {
      const { code, stdout, stderr } = await line.call(['state', id])
      expect(code, stderr).toBe(0)
      return JSON.parse(stdout) as Record<string, unknown>
    },
  }
  return line
}

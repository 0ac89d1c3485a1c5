// Containers that pasta and slirp4netns connect: a way out, and what is left of the programs after each test.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { RootlessWish } from '../../lib/index.ts'
import { RUN } from '../support/bundle.ts'
import { type Stage, useStage } from './stage.ts'

export const serve = ['talk', 'serve', '7000']
// The path of a socket is in it, and must be short.
export const directory = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}um-`))
export const programs = ['pasta', 'slirp4netns'] as const
const hasWayOut = 'up0' in networkInterfaces()

export const on = (rootless: RootlessWish['rootless'], more: Partial<RootlessWish> = {}): RootlessWish => ({
  rootless,
  directory,
  ...more,
})

/** Pids of programs that work in our directory. */
export function helpers(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
      return /(^|\/)(pasta|slirp4netns)\0/.test(line) && line.includes(directory) ? [Number(pid)] : []
    } catch {
      return []
    }
  })
}
/** Never 0, which would be all of us. */
export function onlyHelper(): number {
  const [pid, ...others] = helpers()
  if (pid === undefined || others.length > 0) throw new Error(`there are ${others.length} and ${pid}`)
  return pid
}
const attached = () => readdirSync(directory).filter((name) => name !== 'lock')

/** Gives a test file its stage, with a way out. */
export function useUserModeStage(): Stage {
  const stage = useStage()
  beforeAll(() => {
    // The descriptor by which Node watches files comes with the first, and stays.
    watch(directory).close()
    if (hasWayOut) return
    execFileSync('test/network/way-out.sh')
  })
  afterEach(() => {
    expect({ helpers: helpers(), attached: attached() }).toEqual({ helpers: [], attached: [] })
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory)
  })
  afterAll(() => {
    if (!hasWayOut) for (const name of ['up0', 'served0']) execFileSync('ip', ['link', 'del', name])
    rmSync(directory, { recursive: true })
  })
  return stage
}

/** Somebody who serves beside the container, where the way out leads. */
export async function startServer(stage: Stage): Promise<AsyncDisposable> {
  const server = spawn(stage.talk, ['serve', '7500'], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(server.stdout, 'data')
  return {
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL')
      await once(server, 'exit')
    },
  }
}

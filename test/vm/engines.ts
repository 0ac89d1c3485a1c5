// Programs of the guest that use containers, or our command line: how they are called.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { MOUNT_POINT, ROOTFS } from './support.ts'

/** Our command line. */
export const RUNTIME = '/work/libcontainer'

export interface Called {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end. Its output goes to files: a container that goes on would hold pipes open. */
export async function call(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Called> {
  const scratch = mkdtempSync('/tmp/call-')
  const [stdout, stderr] = ['stdout', 'stderr'].map((name) => openSync(`${scratch}/${name}`, 'w')) as [number, number]
  try {
    const child = spawn(program, args, {
      stdio: ['ignore', stdout, stderr],
      env: { ...process.env, ...env },
      timeout: 120_000,
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    const read = (name: string) => readFileSync(`${scratch}/${name}`, 'utf8')
    return { code, stdout: read('stdout'), stderr: read('stderr') }
  } finally {
    for (const fd of [stdout, stderr]) closeSync(fd)
    rmSync(scratch, { recursive: true })
  }
}

/** @throws Error with what it wrote to stderr unless it succeeds. @returns its output, without the last line's end */
export async function succeed(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, stdout, stderr } = await call(program, args, env)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return stdout.trimEnd()
}

/** A root file system that an engine may write to, with a shell. */
export function copyRootfs(to: string): string {
  // Without what a runtime whose document mounts no /dev has made there for another test.
  cpSync(ROOTFS, to, { recursive: true, filter: (from) => !from.startsWith(`${ROOTFS}/dev/`) })
  for (const name of ['sh', 'cat', 'sleep']) symlinkSync('busybox', `${to}/bin/${name}`)
  return to
}

/** The cgroup of a process, below the mount point. */
export const cgroupOf = (pid: number | string): string =>
  /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1] ?? ''

export const readCgroup = (cgroup: string, file: string): string =>
  readFileSync(`${MOUNT_POINT}${cgroup}/${file}`, 'utf8').trim()

/** Properties of a unit, as systemd tells them. */
export function showUnit(unit: string, ...names: string[]): Record<string, string> {
  const args = ['show', unit, ...names.map((name) => `--property=${name}`)]
  const lines = execFileSync('systemctl', args, { encoding: 'utf8' }).split('\n').filter(Boolean)
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

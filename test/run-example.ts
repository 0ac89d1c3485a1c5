// Runs an example the way a user does, as a program, and reads what the demo's report says.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * @param file the program, from the root of the repository
 * @param options `wrapper`: a command that runs it, e.g. one that changes the user; `endAt`: send SIGTERM when this is printed
 */
export function runExample(
  file: string,
  args: readonly string[] = [],
  options: {
    readonly input?: string
    readonly wrapper?: readonly string[]
    readonly env?: NodeJS.ProcessEnv
    readonly endAt?: string
  } = {},
): Promise<Finished> {
  const node = [process.execPath, '--import', 'tsx', join(root, file), ...args]
  const [program = '', ...rest] = [...(options.wrapper ?? []), ...node]
  const child = spawn(program, rest, { cwd: root, env: options.env ?? process.env, stdio: 'pipe' })
  child.stdin.on('error', () => {}) // a program need not read its input
  child.stdin.end(options.input ?? '')
  let [stdout, stderr] = ['', '']
  let isTold = false
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    if (options.endAt === undefined || isTold || !stdout.includes(options.endAt)) return
    isTold = child.kill('SIGTERM')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** The rows that examples/demo/report.sh prints: name → what it found inside, what it was told of the host. */
export function readReport(stdout: string): Map<string, { readonly inside: string; readonly host: string }> {
  const rows = stdout.split('\n').filter((line) => line.startsWith('  '))
  return new Map(
    rows.map((line) => {
      const [inside = '', host = ''] = line.slice(20).split(/\s+host: /)
      return [line.slice(2, 20).trim(), { inside: inside.trim(), host: host.trim() }]
    }),
  )
}

// Failures in the words that engines look for: lower-case system errors and runc's sentences. Pure.
import { type ContainerError, isContainerError } from '../index.ts'

/** A failure of the command line itself, with its exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 1, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.exitCode = exitCode
  }
}

/** Runs a part of a command; its failure gets the prefix and the exit code. */
export async function failingAs<T>(prefix: string, exitCode: number, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (cause) {
    throw new CommandFailure(`${prefix}: ${describeFailure(cause)}`, exitCode, cause)
  }
}

/** One line, whatever was thrown. */
export function describeFailure(error: unknown): string {
  if (isContainerError(error)) return describeContainerError(error)
  if (!(error instanceof Error)) return String(error)
  const { code, syscall, path } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' && syscall !== undefined) return `${syscall} ${path ?? ''}: no such file or directory`
  return error.message
}

function describeContainerError(error: ContainerError): string {
  if (error.op === 'findExecutable') {
    // Init adds what it has found out behind the program's name.
    const [program = ''] = (error.path ?? '').split(': ')
    const reason = executableReason(program, error.errno)
    if (reason !== undefined) return `unable to start container process: exec: ${JSON.stringify(program)}: ${reason}`
  }
  if (error.code === 'ERR_NOT_FOUND' && error.message.includes('no such container')) return 'container does not exist'
  if (error.code === 'ERR_EXISTS' && /a container of this id exists/.test(error.message)) {
    return 'container with given ID already exists'
  }
  return inOneLine(error.message)
}

/** Docker and podman make 126 or 127 of these. */
function executableReason(program: string, errno: string | undefined): string | undefined {
  if (errno === 'EACCES') return 'permission denied'
  if (errno !== 'ENOENT') return undefined
  return program.includes('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH'
}

/** `EPERM (Operation not permitted)` becomes `operation not permitted`, as Go prints it. */
function inOneLine(message: string): string {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.join('; ').replace(/\bE[A-Z0-9]+ \(([^)]+)\)/g, (_, text: string) => text.toLowerCase())
}

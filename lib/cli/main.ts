#!/usr/bin/env node
// The OCI runtime command line: one command, one exit code. It is a program of its own, so that it may do with its process
// what the library never does.
import { buildProgram } from './program.ts'
import { reportFailure } from './report.ts'

/** What is written must have left before the process does: stdout may be a pipe. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

async function main(args: readonly string[]): Promise<number> {
  const program = buildProgram()
  try {
    await program.command.parseAsync([...args], { from: 'user' })
    return program.outcome.exitCode
  } catch (error) {
    return reportFailure(error, program.globals())
  }
}

// Who reads no more misses the rest; that is no failure of the command.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
const exitCode = await main(process.argv.slice(2))
await Promise.all([flushed(process.stdout), flushed(process.stderr)])
// Descriptors of a container that goes on without us would keep the event loop alive.
process.exit(exitCode)

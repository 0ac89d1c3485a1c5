// A program with a sandbox in which a command runs; it tells when, and then waits for its end.
import { type RunOptions, Sandbox, type SandboxOptions } from '../../lib/index.ts'

const { options, ends = false } = JSON.parse(process.argv[2] ?? '') as {
  options: SandboxOptions & RunOptions
  ends?: boolean
}
await using box = await Sandbox.create(options)
const script = ends ? 'echo ended' : '(setsid sleep 1000 &); echo begun; exec sleep 1000'
await box.run('sh', ['-c', script], { onStdout: (line) => console.log(line) })

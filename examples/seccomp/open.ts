// node --import tsx examples/seccomp/open.ts DIR PATH FILE COMMAND: runs a command in a bundle. When it opens PATH, which is nowhere in the container, it gets FILE of this machine, to read.
import { open } from 'node:fs/promises'
import { Config, Container, isContainerError, type SeccompCall } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

async function main(bundle: string, path: string, file: string, command: string): Promise<number> {
  const config = await Config.load(bundle)
  config.process = { cwd: '/', ...config.process, args: ['sh', '-c', command] }
  config.linux = {
    ...config.linux,
    seccomp: {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['open', 'openat'], action: 'SCMP_ACT_NOTIFY' }],
    },
  }
  const signal = endSignal()
  const options = { bundle, signal, stdio: 'inherit', seccompNotifications: true } as const
  await using container = await Container.run(`open-${process.pid}`, config, options)
  killOnAbort(container, signal)
  for await (const call of container.seccompNotifications()) await answer(call, path, file)
  const { exitCode } = await container.wait()
  return exitCode ?? 137
}

async function answer(call: SeccompCall, path: string, file: string): Promise<void> {
  const [where = 0n, flags = 0n] = call.args.slice(call.syscall === 'open' ? 0 : 1)
  // The kernel reads the path again if the call goes on, and may find another there. That does no harm: the container may
  // open whatever it sees, and of what it does not see it gets this file alone.
  if ((await pathOf(call, where)) !== path) {
    call.allow()
    return
  }
  const handle = await open(file)
  try {
    const closeOnExec = (Number(flags) & O_CLOEXEC) !== 0
    await call.addFd(handle.fd, { answer: true, closeOnExec })
  } finally {
    await handle.close()
  }
}

const O_CLOEXEC = 0o2000000

/** Undefined where the program gave a wild pointer: the kernel has an answer to that. */
async function pathOf(call: SeccompCall, where: bigint): Promise<string | undefined> {
  try {
    return await call.readString(where)
  } catch (error) {
    if (isContainerError(error)) return undefined
    throw error
  }
}

const [bundle, path, file, command] = process.argv.slice(2)
if (bundle === undefined || path === undefined || file === undefined || command === undefined) {
  console.error('usage: node --import tsx examples/seccomp/open.ts DIR PATH FILE COMMAND')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle, path, file, command)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}

// Times compiling the default profile in a process that has never done it: prints milliseconds for the first time, and for
// another profile of the same size, which was not compiled with the library; and microseconds for an equal profile.
import type { Seccomp } from '../lib/config/types.ts'
import { compileOnce } from '../lib/seccomp/cache.ts'
import { defaultSeccomp, forbidSyscalls } from '../lib/seccomp/default-profile.ts'

const host = { arch: process.arch === 'arm64' ? 'arm64' : 'x64', kernel: { release: '', major: 6, minor: 1 } } as const
const native = host.arch === 'arm64' ? 'aarch64' : 'x86_64'
const profile = structuredClone(defaultSeccomp(host))

const another = forbidSyscalls(profile, ['ptrace'])

const time = (compiled: Seccomp): number => {
  const start = performance.now()
  compileOnce(compiled, native)
  return performance.now() - start
}
const [first, second] = [time(profile), time(another)]
const cached = Array.from({ length: 1000 }, () => 1000 * time(profile)).sort((a, b) => a - b)
console.log(JSON.stringify({ first, second, cached: cached[500] }))

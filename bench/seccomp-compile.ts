// Times compiling the default profile in a process that has never done it: prints milliseconds for the first time, and
// microseconds for an equal profile afterwards.
import { compileOnce } from '../lib/seccomp/cache.ts'
import { defaultSeccomp } from '../lib/seccomp/default-profile.ts'

const host = { arch: process.arch === 'arm64' ? 'arm64' : 'x64', kernel: { release: '', major: 6, minor: 1 } } as const
const native = host.arch === 'arm64' ? 'aarch64' : 'x86_64'
const profile = structuredClone(defaultSeccomp(host))

const time = (): number => {
  const start = performance.now()
  compileOnce(profile, native)
  return performance.now() - start
}
const cold = time()
const cached = Array.from({ length: 1000 }, () => 1000 * time()).sort((a, b) => a - b)
console.log(JSON.stringify({ cold, cached: cached[500] }))

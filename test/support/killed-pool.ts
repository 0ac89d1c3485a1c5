// A program with a pool; it tells when that is full, and then ends by itself, works, or waits to be killed.
import { type PoolOptions, SandboxPool } from '../../lib/index.ts'

const { options, how } = JSON.parse(process.argv.at(-1) ?? '') as {
  options: PoolOptions
  how: 'end' | 'run' | 'close'
}
const pool = new SandboxPool(options)
await pool.fill()
console.log('full')
if (how === 'run') await pool.run('sh', ['-c', '(setsid sleep 1000 &); echo begun; exec sleep 1000'])
if (how === 'close') {
  const { stdout } = await pool.run('echo', ['ran'])
  await pool.close()
  console.log(stdout.trim())
}

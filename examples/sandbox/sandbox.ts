// Ten lines: a program that nobody has to trust, run with limits. As root or not.
import { sandbox } from 'libcontainer'

const { stdout, exitCode, timedOut, usage } = await sandbox.run('node', ['sum.js'], {
  files: { '/work/sum.js': "process.stdin.on('data', (text) => console.log(eval(String(text))))" },
  input: process.argv[2] ?? '6 * 7',
  pids: 32,
  limits: 'best-effort',
  timeout: '5s',
})
console.log({ stdout, exitCode, timedOut, cpuMs: Math.round(usage.cpuMs) })

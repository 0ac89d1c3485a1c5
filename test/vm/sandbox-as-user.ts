// What sandboxes of an ordinary user are held to, as a program of its own. Argument: his cgroup, or nothing for none.
import { mkdtempSync } from 'node:fs'
import { isContainerError } from 'libcontainer'
import { Limits, leftIn } from './sandboxed.ts'

const [, , cgroup] = process.argv
const stateDir = mkdtempSync('/tmp/sandbox-as-user-')
const limits = new Limits(cgroup, stateDir)
if (cgroup !== undefined) {
  const found = await limits.all()
  const io = await limits.io('/work/of-user')
  const left = leftIn(cgroup, stateDir).filter((name) => name !== 'program')
  console.log(JSON.stringify({ ...found, io, left }))
} else {
  const refused = await limits.run(['spin'], { memory: '64M' }).catch((error: unknown) => error)
  const problems = isContainerError(refused) ? refused.problems.map(({ path }) => path) : String(refused)
  const options = { memory: '64M', limits: 'best-effort' } as const
  const { stdout, exitCode, enforced } = await limits.run(['memory', String(200 << 20)], options)
  const code = isContainerError(refused) ? refused.code : null
  console.log(JSON.stringify({ code, problems, nearest: { stdout, exitCode, enforced } }))
}

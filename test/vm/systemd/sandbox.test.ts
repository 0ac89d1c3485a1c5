// A sandbox on a machine with systemd: its limits are those of a scope, which nobody has to ask for.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync } from 'node:fs'
import { it } from 'node:test'
import { HELD, Limits } from '../sandboxed.ts'

it('a sandbox is held to its limits where systemd makes the cgroups, and leaves no scope', async () => {
  const stateDir = mkdtempSync('/tmp/sandbox-scope-')
  const limits = new Limits(undefined, stateDir)
  assert.deepEqual(await limits.memory(), HELD.memory)
  assert.deepEqual(await limits.pids(), HELD.pids)
  assert.deepEqual(await limits.cpus(), HELD.cpus)
  assert.deepEqual(readdirSync(stateDir), [])
  const scopes = readdirSync('/sys/fs/cgroup/system.slice').filter((name) => name.includes('sandbox-'))
  assert.deepEqual(scopes, [])
})

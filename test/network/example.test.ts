// examples/network, as its first line says.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runExample } from '../run-example.ts'
import { RUN } from '../support/bundle.ts'

const bundle = mkdtempSync(join(tmpdir(), `libcontainer-${RUN}pair-`))
beforeAll(() => {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  execFileSync('sh', ['examples/bundle/make-bundle.sh', bundle], { stdio: ['ignore', 'ignore', 'inherit'] })
}, 60_000)
afterAll(() => rmSync(bundle, { recursive: true }))

describe('examples/network/pair.ts', () => {
  it('fetches a page from the other container by its name', async () => {
    const { code, stdout, stderr } = await runExample('examples/network/pair.ts', [bundle])
    expect({ code, stderr: stderr.replaceAll(/^wget: .*\n/gm, '') }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^hello from \S+\n.*inet 10\.90\.7\.3\/24/)
    expect(execFileSync('ip', ['-o', 'link']).toString()).not.toMatch(/pair/)
  }, 60_000)
})

// The four test lanes. `npm test` runs each in its own process (scripts/test.ts); `vitest --project unit` runs one.
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = fileURLToPath(new URL('lib/index.ts', import.meta.url))
const leftovers = fileURLToPath(new URL('test/support/leftovers.ts', import.meta.url))

/** Lanes that make namespaces, mounts or cgroups run one file at a time: their leftovers checks see the whole machine. */
const lane = (name: string, alone: boolean) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    fileParallelism: !alone,
    globalSetup: alone ? [leftovers] : [],
  },
})

export default defineConfig({
  resolve: { alias: { libcontainer: source } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Nothing here measures: on a loaded machine any test may take long.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      ...[lane('unit', false), lane('init', true), lane('integration', true), lane('rootless', true)],
      // Changes the network it runs in: test/integration/network.test.ts gives it one of its own.
      ...(process.env['LIBCONTAINER_OWN_NETWORK'] === undefined ? [] : [lane('network', true)]),
    ],
    coverage: { provider: 'v8', include: ['lib/**/*.ts'], exclude: ['lib/**/*.gen.ts'] },
  },
})

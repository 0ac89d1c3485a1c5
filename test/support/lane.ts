// Gives a test file its bundle, and after each test asserts that nothing of it is left.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Bundle, makeBundle, OURS, probeConfig } from './bundle.ts'
import { expectNothingLeft, type Snapshot, snapshot } from './leaks.ts'
import { finish } from './report.ts'

/** Those that a file asks for: one, or as many as it imports other files. */
const bundles = new Set<Bundle>()
let isWatched = false

/** Looks once for all of them: hooks of imported files are the importing one's, for each of its tests. */
function watchOnce(): void {
  if (isWatched) return
  isWatched = true
  let before: Snapshot | undefined
  const watched = () => ({ marker: OURS, stateDirs: [...bundles].map(({ stateDir }) => stateDir) })
  beforeEach(() => {
    before = snapshot(watched())
  })
  afterEach(async () => {
    if (before !== undefined) await expectNothingLeft(before, watched())
  })
}

/** To be called at the top of a file. @returns the bundle, there from the first test on */
export function useBundle(): Bundle {
  let bundle: Bundle | undefined
  beforeAll(async () => {
    bundle = makeBundle()
    bundles.add(bundle)
    // The library's own threads, epoll, null device and the like come with the first container and stay.
    await finish(bundle, probeConfig(bundle, ['exit', '0']), { stdio: 'ignore' })
  })
  watchOnce()
  afterAll(() => bundle?.remove())

  const there = (): Bundle => {
    if (bundle === undefined) throw new Error('the bundle is made before the first test')
    return bundle
  }
  return {
    get directory() {
      return there().directory
    },
    get rootfs() {
      return there().rootfs
    },
    get stateDir() {
      return there().stateDir
    },
    get marker() {
      return there().marker
    },
    newId: () => there().newId(),
    remove: () => there().remove(),
  }
}

// Gives a test file its bundle, and after each test asserts that nothing of it is left.
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type Bundle, makeBundle, probeConfig } from './bundle.ts'
import { expectNothingLeft, type Snapshot, snapshot } from './leaks.ts'
import { finish } from './report.ts'

/** @returns the bundle, there from the first test on */
export function useBundle(): Bundle {
  let bundle: Bundle | undefined
  let before: Snapshot | undefined
  beforeAll(async () => {
    bundle = makeBundle()
    // The library's own threads, epoll, null device and the like come with the first container and stay.
    await finish(bundle, probeConfig(bundle, ['exit', '0']), { stdio: 'ignore' })
  })
  beforeEach(() => {
    before = snapshot(there())
  })
  afterEach(async () => {
    if (before !== undefined) await expectNothingLeft(before, there())
  })
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

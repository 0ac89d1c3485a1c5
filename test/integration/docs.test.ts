// What the manual says that can be run, run as root. test/unit/docs-types.test.ts compiles all of it.
import { testRunnableBlocks } from '../support/doc-runs.ts'

testRunnableBlocks(true)

// What the manual says that can be run, run by an ordinary user.
import { testRunnableBlocks } from '../support/doc-runs.ts'

testRunnableBlocks(false)

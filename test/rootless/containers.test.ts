// The tests of whole containers once more, as an ordinary user: the same code, in a user namespace.
import '../integration/bad-config.test.ts'
import '../integration/bad-input.test.ts'
import '../integration/explain.test.ts'
import '../integration/filesystem.test.ts'
import '../integration/lifecycle.test.ts'
import '../integration/run.test.ts'
import '../integration/state-directory.test.ts'
import '../integration/stdio.test.ts'

// Sandboxes once more, as an ordinary user: the same calls.
import '../integration/sandbox.test.ts'
import '../integration/sandbox-misuse.test.ts'
import '../integration/sandbox-stats.test.ts'
import '../integration/sandbox-hostile.test.ts'
import '../integration/sandbox-pool.test.ts'

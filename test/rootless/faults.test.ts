// Failure at every step and creators killed at each of theirs, as an ordinary user.
import '../integration/exec-failures.test.ts'
import '../integration/exhaustion.test.ts'
import '../integration/failure-injection.test.ts'
import '../integration/half-made.test.ts'
import '../integration/killed-creator.test.ts'

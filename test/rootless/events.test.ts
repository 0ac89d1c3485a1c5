// What containers tell of themselves, and how several programs share one, as an ordinary user.
import '../integration/events.test.ts'
import '../integration/attach.test.ts'

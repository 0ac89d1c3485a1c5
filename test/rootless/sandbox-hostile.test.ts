// Programs that mean harm once more, in sandboxes of an ordinary user.
import '../integration/sandbox-hostile.test.ts'

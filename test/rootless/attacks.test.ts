// Hostile programs, images and documents, as an ordinary user.
import '../integration/attacks-descriptors.test.ts'
import '../integration/attacks-exec.test.ts'
import '../integration/attacks-host.test.ts'
import '../integration/attacks-races.test.ts'

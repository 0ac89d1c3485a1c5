// Hostile programs, images and documents, as an ordinary user.
import '../integration/attacks-exec.test.ts'

// More processes in containers, as an ordinary user.
import '../integration/exec.test.ts'

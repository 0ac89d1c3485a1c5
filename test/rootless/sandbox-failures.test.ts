// Failing steps of sandboxes once more, as an ordinary user. In a file of its own: it puts itself between the library and its calls on files.
import '../integration/sandbox-failures.test.ts'

// The addon's tests as an ordinary user: what they launch gets a user namespace.
import '../integration/addon-batch.test.ts'
import '../integration/addon-host.test.ts'
import '../integration/addon-launch.test.ts'
import '../integration/addon-netlink.test.ts'
import '../integration/addon-spawn.test.ts'
import '../integration/addon-watch.test.ts'
import '../integration/addon-worker.test.ts'

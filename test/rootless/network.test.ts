// Networks that take no privilege, for an ordinary user: in network namespaces with an interface that leads out, made
// before the user's capabilities over them are given up.
import { describe } from 'vitest'
import { runNetworkLane, tellNetworkLane } from '../support/network-lane.ts'

const BASICS = ['test/network/user-mode.test.ts']
const outside = ['unshare', '--user', '--net', '--keep-caps']
const script = `test/network/way-out.sh && exec "$@"`
const giveUp = ['setpriv', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=+all']

describe('an ordinary user', async () => {
  tellNetworkLane(
    await runNetworkLane(
      [...outside, '--map-current-user', 'sh', '-c', script, 'sh', ...giveUp],
      [...BASICS, 'test/network/user-mode-life.test.ts'],
    ),
  )
})

// With a pid namespace that is theirs as well, as `exec` has it.
const own = ['--map-root-user', '--pid', '--fork', '--kill-child', '--mount', '--mount-proc']

describe('who is root only in a user namespace', async () => {
  tellNetworkLane(await runNetworkLane([...outside, ...own, 'sh', '-c', script, 'sh'], BASICS))
})

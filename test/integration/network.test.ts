// The network lane (test/network) in a network namespace of its own.
import { describe } from 'vitest'
import { isRoot } from '../support/bundle.ts'
import { runNetworkLane, tellNetworkLane } from '../support/network-lane.ts'

const run = isRoot ? await runNetworkLane(['unshare', '-n', '--']) : { testResults: [] }

// What an ordinary user can have of it is told in test/rootless/network.test.ts.
describe.runIf(isRoot)('in a network namespace of its own', () => tellNetworkLane(run))

// Executing processes as root of a user namespace that has no pid namespace of its own: it may go to that of the container,
// and not come back.
import { expect, it } from 'vitest'
import { Config } from '../../lib/index.ts'
import type { CreatorMessage } from '../support/creator-message.ts'
import { useBundle } from '../support/lane.ts'
import { runNode } from '../support/node-process.ts'

const bundle = useBundle()

it('is refused, and leaves the program able to start containers', { timeout: 60_000 }, async () => {
  const config = Config.template({
    rootless: true,
    uid: 0,
    gid: 0,
    args: ['probe', 'wait'],
    env: [`LIBCONTAINER_TEST=${bundle.marker}`],
    rootPath: bundle.rootfs,
  })
  const options = { stateDir: bundle.stateDir, stdio: 'ignore' as const }
  const message: CreatorMessage = { operation: 'run', id: bundle.newId(), config, options }
  const wrapper = ['unshare', '--user', '--map-root-user']
  const { code, stdout, stderr } = await runNode('test/support/joiner.ts', message, { wrapper })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({
    executed: { syscall: 'setns', errno: 'EPERM', hint: expect.stringContaining('unshare --user --pid') },
    others: [6, 6, 6, 6, 6, 6],
  })
})

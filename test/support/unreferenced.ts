// A program that lets go of a container, or takes that back, and has nothing else to do.
import type { Config } from '../../lib/config/types.ts'
import { Container } from '../../lib/index.ts'

const { id, config, stateDir, how } = JSON.parse(process.argv.at(-1) ?? '') as {
  id: string
  config: Config
  stateDir: string
  how: 'run' | 'create' | 'load' | 'ref'
}
const seccompNotifications = config.linux?.seccomp !== undefined
const container =
  how === 'load'
    ? await Container.load(id, { stateDir })
    : await Container[how === 'create' ? 'create' : 'run'](id, config, { stateDir, seccompNotifications })
container.process.stdout?.resume()
const ending = container.wait()
container.unref()
if (how === 'ref') container.ref()
// Holds nothing by itself.
void ending.then(({ exitCode }) => console.log(`exit code ${exitCode}`))

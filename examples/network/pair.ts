// node --import tsx examples/network/pair.ts DIR: two containers of the bundle on one bridge. The first serves a page, published at port 8080 of the host; the second fetches it by the name `web`.
import { Config, Container, isContainerError, type Network } from 'libcontainer'
import { endSignal, isEnding, killOnAbort } from '../ending.ts'

const SERVE = 'echo "hello from $(hostname)" > /tmp/index.html && exec httpd -f -p 80 -h /tmp'
// It listens when it answers.
const FETCH = 'until wget -q -O - http://web/; do sleep 0.1; done; ip -o addr show eth0'

async function main(bundle: string): Promise<number> {
  const signal = endSignal()
  const bridge = { name: `pair${process.pid % 100_000}`, subnets: ['10.90.7.0/24', 'fd90:6c63:7::/64'] }
  await using server = await shell(bundle, SERVE, { bridge, aliases: ['web'], ports: ['8080:80'] }, signal)
  killOnAbort(server, signal)
  await using client = await shell(bundle, FETCH, { bridge, egress: { allow: [{ to: '10.90.7.0/24' }] } }, signal)
  killOnAbort(client, signal)
  const { exitCode } = await client.wait()
  return exitCode ?? 1
}

async function shell(bundle: string, command: string, network: Network, signal: AbortSignal): Promise<Container> {
  const loaded = await Config.load(bundle)
  const config: Config = { ...loaded, process: { ...loaded.process, cwd: '/', args: ['sh', '-c', command] } }
  config.mounts = [...(loaded.mounts ?? []), { destination: '/tmp', type: 'tmpfs', source: 'tmpfs' }]
  const options = { bundle, network, signal, stdio: 'inherit' } as const
  return Container.run(`pair-${process.pid}-${command === SERVE ? 'web' : 'client'}`, config, options)
}

const [bundle] = process.argv.slice(2)
if (bundle === undefined) {
  console.error('usage: node --import tsx examples/network/pair.ts DIR')
  process.exitCode = 2
} else {
  try {
    process.exitCode = await main(bundle)
  } catch (error) {
    if (isEnding(error)) process.exit(130)
    if (!isContainerError(error)) throw error
    console.error(error.message)
    process.exitCode = 125
  }
}

// unshare -n npx tsx bench/network.ts: connecting a container to a bridge, by us and by the CNI bridge plugin with its
// host-local address management (Debian: containernetworking-plugins), turn by turn in one run.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireLease, connectToBridge, openOwnNamespace, releaseLease } from '../lib/network/bridge.ts'
import { bootId, ownIdentity } from '../lib/process/identity.ts'
import { runProgram } from '../lib/program.ts'
import { quantile } from './quantile.ts'

const ROUNDS = 30
const context = { operation: 'bench' }
const directory = mkdtempSync(join(tmpdir(), 'libcontainer-bench-network-'))
const bridge = { name: 'lcbench0', subnets: ['10.97.0.0/16'], directory, keep: true }

/** A network namespace that lives until it is told to end. */
async function withNamespace<T>(action: (file: string) => Promise<T>): Promise<T> {
  const holder = spawn('unshare', ['-n', '--kill-child', 'sleep', '1000'], { stdio: 'ignore' })
  const file = `/proc/${holder.pid}/ns/net`
  try {
    while (readlinkSync(file) === readlinkSync('/proc/self/ns/net')) await new Promise((done) => setTimeout(done, 1))
    return await action(file)
  } finally {
    holder.kill('SIGKILL')
    await once(holder, 'exit')
  }
}

async function ours(round: number): Promise<number> {
  return withNamespace(async (file) => {
    const holder = { id: `bench${round}`, stateDir: directory, created: String(round) }
    const own = openOwnNamespace(context)
    const netns = openSync(file, 'r')
    const tenant = { holder, creator: ownIdentity(), bootId: bootId(), hostname: undefined, isHeld: () => true }
    const begin = performance.now()
    const leased = await acquireLease({ bridge }, tenant, context)
    await connectToBridge(leased, { bridge }, own, netns, context)
    const took = performance.now() - begin
    closeSync(netns)
    closeSync(own)
    await releaseLease(directory, bridge.name, holder, context)
    return took
  })
}

const plugin = '/usr/lib/cni/bridge'
const conf = JSON.stringify({
  cniVersion: '1.0.0',
  name: 'bench',
  type: 'bridge',
  bridge: 'cnibench0',
  isGateway: true,
  hairpinMode: true,
  ipam: { type: 'host-local', dataDir: directory, subnet: '10.98.0.0/16', routes: [{ dst: '0.0.0.0/0' }] },
})

/** Without address translation, which ours has made for the network and not for the container. */
async function cni(round: number): Promise<number> {
  return withNamespace(async (file) => {
    const call = async (command: string) => {
      const env = ['CNI_PATH=/usr/lib/cni', `CNI_COMMAND=${command}`, `CNI_NETNS=${file}`]
      const more = [`CNI_CONTAINERID=bench${round}`, 'CNI_IFNAME=eth0', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']
      const input = Buffer.from(conf)
      const { exit, output } = await runProgram({
        path: plugin,
        args: [plugin],
        env: [...env, ...more],
        input,
        timeout: 0,
      })
      if (exit?.exitCode !== 0) throw new Error(`${plugin} ${command}: ${output}`)
    }
    const begin = performance.now()
    await call('ADD')
    const took = performance.now() - begin
    await call('DEL')
    return took
  })
}

execFileSync('ip', ['link', 'set', 'lo', 'up'])
const times: Record<'ours' | 'cni', number[]> = { ours: [], cni: [] }
for (let round = -2; round < ROUNDS; round++) {
  const pair = { ours: await ours(round), cni: await cni(round) }
  // The first make the bridges.
  if (round < 0) continue
  times.ours.push(pair.ours)
  times.cni.push(pair.cni)
}
rmSync(directory, { recursive: true })
const [mine = 0, theirs = 0] = [times.ours, times.cni].map((each) => quantile(each, 0.5) ?? 0)
console.log(
  `connecting to a bridge, median of ${ROUNDS}, ms: ours ${mine.toFixed(2)} · CNI bridge ${theirs.toFixed(2)} · ${(mine / theirs).toFixed(3)} ×`,
)

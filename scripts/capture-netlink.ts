// Records what ip(8) and tc(8) send to the kernel: test/unit/network/captured.json, which our own messages are compared
// with. Needs root, iproute2 and strace; works in a network namespace of its own. Not part of any check.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The kernel may refuse them: what counts is what was sent. lo is 1, v0 and v1 are 10 and 11, br0 is 12. */
const COMMANDS: Readonly<Record<string, string>> = {
  veth: 'ip link add v2 index 20 up mtu 1400 type veth peer name eth0',
  'veth with addresses of its own':
    'ip link add v2 address 02:00:00:00:00:01 type veth peer name v3 address 02:00:00:00:00:02 mtu 9000 index 30',
  bridge: 'ip link add br1 type bridge',
  'bridge with settings': 'ip link add br1 mtu 1400 type bridge vlan_filtering 1 stp_state 0 forward_delay 0',
  dummy: 'ip link add d0 type dummy',
  macvlan: 'ip link add m0 link v0 type macvlan mode bridge',
  'macvlan private': 'ip link add m0 link v0 address 02:00:00:00:00:03 type macvlan mode private',
  ipvlan: 'ip link add i0 link v0 type ipvlan mode l2',
  'ipvlan l3 vepa': 'ip link add i0 link v0 type ipvlan mode l3 vepa',
  vlan: 'ip link add link v0 name v0.5 type vlan id 5',
  vxlan: 'ip link add x0 type vxlan id 42 dev v0 remote 192.0.2.9 local 192.0.2.1 dstport 4789',
  ifb: 'ip link add f0 type ifb',
  'delete link': 'ip link delete v0',
  up: 'ip link set v0 up',
  down: 'ip link set v0 down',
  rename: 'ip link set v0 name eth7',
  mtu: 'ip link set v0 mtu 1300',
  address: 'ip link set v0 address 02:00:00:00:00:09',
  master: 'ip link set v0 master br0',
  'no master': 'ip link set v0 nomaster',
  'name space': 'ip link set v0 netns /proc/self/ns/net',
  'name space and name': 'ip link set v0 netns /proc/self/ns/net name eth0',
  alias: 'ip link set v0 alias web',
  hairpin: 'bridge link set dev v0 hairpin on',
  isolated: 'bridge link set dev v0 isolated on',
  'links dump': 'ip link show',
  'add address': 'ip addr add 10.1.2.3/24 dev v0',
  'add address with broadcast': 'ip addr add 10.1.2.3/24 broadcast 10.1.2.255 dev v0',
  'add address v6': 'ip addr add fd00::5/64 dev v0 nodad',
  'delete address': 'ip addr del 10.1.2.3/24 dev v0',
  'default route': 'ip route add default via 10.1.2.1 dev v0',
  'default route v6': 'ip -6 route add default via fd00::1 dev v0',
  'route to a net': 'ip route add 192.0.2.0/24 dev v0 scope link',
  'route with metric in a table': 'ip route add 192.0.2.0/24 via 10.1.2.1 metric 50 table 100',
  'replace route': 'ip route replace 198.51.100.0/24 via 10.1.2.1',
  'blackhole route': 'ip route add blackhole 203.0.113.0/24',
  'local route': 'ip route add local 192.0.2.7/32 dev v0',
  'local route v6': 'ip -6 route add local ::1/128 dev v0',
  'delete route': 'ip route del 192.0.2.0/24 via 10.1.2.1',
  rule: 'ip rule add from 10.1.2.0/24 table 100 priority 1000',
  'rule by mark': 'ip rule add fwmark 7 table 100',
  'rule v6 by interface': 'ip -6 rule add iif v0 table 100',
  'delete rule': 'ip rule del from 10.1.2.0/24 table 100 priority 1000',
  neighbour: 'ip neigh add 10.1.2.9 lladdr 02:00:00:00:00:0a dev v0',
  'replace neighbour v6': 'ip neigh replace fd00::9 lladdr 02:00:00:00:00:0a dev v0 nud permanent',
  'delete neighbour': 'ip neigh del 10.1.2.9 dev v0',
  tbf: 'tc qdisc add dev v0 root tbf rate 1mbit burst 32kb limit 3000',
  'tbf replaced': 'tc qdisc replace dev v0 root handle 1: tbf rate 8mbit burst 64kb limit 64kb',
  fq_codel: 'tc qdisc add dev v0 root fq_codel limit 1000 flows 64 target 5ms interval 100ms ecn',
  netem: 'tc qdisc add dev v0 root netem delay 10ms loss 1% limit 1000',
  'delete qdisc': 'tc qdisc del dev v0 root',
}

const SETUP = [
  'set -e',
  'ip link set lo up',
  'ip link add v0 index 10 type veth peer name v1 index 11',
  'ip link add br0 index 12 type bridge',
  'ip addr add 10.1.2.2/24 dev v0',
  'ip link set v0 up; ip link set v1 up; ip link set br0 up',
]

function capture(command: string): string {
  const traced = `strace -f -e trace=sendmsg,sendto -e write=all -o '|cat' ${command} < /dev/null || true`
  const script = [...SETUP, 'set +e', traced].join('\n')
  const output = execFileSync('unshare', ['-n', 'bash', '-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const message = requests(output.toString('latin1')).findLast((each) => !isLookUp(each))
  if (message === undefined) throw new Error(`${command} sent nothing`)
  // nlmsg_seq is the time.
  return message.fill(0, 8, 12).toString('hex')
}

/** The hexadecimal dump that follows a call; replies are not traced. */
function requests(trace: string): Buffer[] {
  return trace
    .split(/^(?:\d+ +)?send(?:msg|to)\(/m)
    .slice(1)
    .map((call) => {
      const lines = [...call.matchAll(/^ \| [0-9a-f]{5} {2}([0-9a-f ]{48,50})/gm)]
      return Buffer.from(lines.map(([, bytes = '']) => bytes.replaceAll(' ', '')).join(''), 'hex')
    })
}

/** RTM_GETLINK of one name, and the empty request with which ip(8) tries what the kernel understands. */
function isLookUp(message: Buffer): boolean {
  const NLM_F_DUMP = 0x300
  const [type, flags] = [message.readUInt16LE(4), message.readUInt16LE(6)]
  return (
    (type === 18 && (flags & NLM_F_DUMP) !== NLM_F_DUMP) ||
    (message.length === 32 && type === 16 && message.readInt32LE(20) === 0)
  )
}

const version = execFileSync('ip', ['-V']).toString().trim()
const captured = Object.entries(COMMANDS).map(([name, command]) => [name, { command, message: capture(command) }])
const file = fileURLToPath(new URL('../test/unit/network/captured.json', import.meta.url))
writeFileSync(file, `${JSON.stringify({ version, captured: Object.fromEntries(captured) }, null, 2)}\n`)

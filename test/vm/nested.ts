// What runs in a container that owns its cgroup: divides it, and runs a container with limits of its own in it.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Config, Container } from 'libcontainer'

const MOUNT_POINT = '/sys/fs/cgroup'
const MiB = 1 << 20
const [, , rootless = ''] = process.argv

// Controllers cannot be passed on from a cgroup that has processes.
mkdirSync(`${MOUNT_POINT}/program`)
writeFileSync(`${MOUNT_POINT}/program/cgroup.procs`, String(process.pid))

const user = rootless === 'rootless' ? ({ rootless: true, uid: 0, gid: 0 } as const) : {}
const config = Config.template({ args: ['probe', 'wait'], rootPath: '/work/rootfs', network: 'host', ...user })
config.linux = {
  ...config.linux,
  cgroupsPath: '/nested',
  resources: { memory: { limit: 20 * MiB }, pids: { limit: 20 } },
}
{
  await using container = await Container.run('nested', config, { stateDir: mkdtempSync('/tmp/nested-') })
  const read = (file: string) => readFileSync(`${MOUNT_POINT}/nested/${file}`, 'utf8').trim()
  const files = Object.fromEntries(['memory.max', 'pids.max'].map((file) => [file, read(file)]))
  const hog = await container.exec({ args: ['load', 'memory', String(200 * MiB)] })
  const { signal, oomKilled } = await hog.wait()
  console.log(JSON.stringify({ files, end: { signal, oomKilled } }))
  // Whoever has started this looks around meanwhile.
  await createInterface(process.stdin)[Symbol.asyncIterator]().next()
}
process.exit(0)

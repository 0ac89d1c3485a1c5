// What an ordinary user does in a cgroup that was delegated, as a program of its own. Its argument is that cgroup.
import { mkdtempSync, readFileSync } from 'node:fs'
import { Config, Container } from 'libcontainer'
import { MiB, MOUNT_POINT, ROOTFS } from './support.ts'

const [, , parent = ''] = process.argv
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
const config = Config.template({ args: ['probe', 'wait'], rootPath: ROOTFS, rootless: true, uid, gid })
config.linux = {
  ...config.linux,
  cgroupsPath: `${parent}/limited`,
  resources: { memory: { limit: 20 * MiB }, pids: { limit: 20 }, cpu: { quota: 50_000, period: 100_000 } },
}
await using container = await Container.run('limited', config, { stateDir: mkdtempSync('/tmp/as-user-') })
const read = (file: string) => readFileSync(`${MOUNT_POINT}${parent}/limited/${file}`, 'utf8').trim()
const files = Object.fromEntries(['memory.max', 'pids.max', 'cpu.max'].map((file) => [file, read(file)]))
await container.update({ pids: { limit: 30 } })
const updated = read('pids.max')
const hog = await container.exec({ args: ['load', 'memory', String(200 * MiB)] })
const { signal, oomKilled } = await hog.wait()
console.log(JSON.stringify({ files, updated, end: { signal, oomKilled } }))

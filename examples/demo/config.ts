// The demo's configuration: everything a container can have of its own, on top of the host's files.
import { Config } from 'libcontainer'
import { findDiskMounts } from './disk-mounts.ts'

/** The host's root, never written to: what the container writes goes to a tmpfs that ends with it. */
export const demoRootfs = { overlay: { lower: ['/'] } } as const

export async function demoConfig(args: readonly string[]): Promise<Config> {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0]
  const rootless = uid !== 0
  const config = Config.template({
    args,
    hostname: 'demo',
    readonlyRoot: false,
    ...(rootless ? { rootless, uid, gid } : {}),
  })
  return { ...config, mounts: [...(await diskMounts()), ...(config.mounts ?? []), ...scratchMounts] }
}

/** Folders where programs leave what others should not see. */
const scratchMounts = [
  { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777', 'size=256m'] },
  { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=755', 'size=64m'] },
]

/** An overlay shows one filesystem; on a machine with a separate /usr or /home the others are bound, read-only. */
async function diskMounts() {
  const paths = await findDiskMounts()
  return paths.map((path) => ({ destination: path, type: 'bind', source: path, options: ['rbind', 'rro', 'rnosuid'] }))
}

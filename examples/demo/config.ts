// The demo's configuration: everything a container can have of its own, on top of the host's files.
import { Config, type Host, type Rootfs } from 'libcontainer'
import { findHostMounts, isWithin } from './host-mounts.ts'
import { makeSkeleton } from './skeleton.ts'

export interface Setting {
  readonly config: Config
  readonly rootfs: Rootfs
  /** Removes what had to be made on the host. */
  [Symbol.asyncDispose](): Promise<void>
}

const options = { hostname: 'demo', readonlyRoot: false }

/** Root in somebody else's user namespace is an ordinary user to the kernel. */
export function demoSetting(args: readonly string[], host: Host): Promise<Setting> {
  return host.euid === 0 && !host.inUserNamespace ? settingForRoot(args) : settingForUser(args, host)
}

/** The host's root is never written to: what the container writes goes to a tmpfs that ends with it. */
async function settingForRoot(args: readonly string[]): Promise<Setting> {
  // An overlay shows one filesystem; where /usr or /home are others, they are bound, read-only.
  const others = (await findHostMounts()).filter(({ onDisk }) => onDisk)
  const config = withMounts(
    Config.template({ ...options, args }),
    others.map(({ path }) => bind(path, 'bind')),
  )
  return { config, rootfs: { overlay: { lower: ['/'] } }, async [Symbol.asyncDispose]() {} }
}

async function settingForUser(args: readonly string[], { euid, egid }: Host): Promise<Setting> {
  const [{ path, directories, remove }, mounts] = await Promise.all([makeSkeleton(), findHostMounts()])
  // Read-only holds for one mount, and a user namespace binds a directory with all mounts below or not at all: each of
  // those is bound once more onto itself.
  const below = mounts.map((mount) => mount.path).filter((mount) => directories.some((top) => isWithin(top, mount)))
  const paths = [...new Set([...directories, ...below])].sort()
  const config = withMounts(
    Config.template({ ...options, args, rootless: true, uid: euid, gid: egid }),
    paths.map((each) => bind(each, 'rbind')),
  )
  return { config, rootfs: { overlay: { lower: [path] } }, [Symbol.asyncDispose]: remove }
}

const bind = (path: string, how: 'bind' | 'rbind') => ({
  destination: path,
  type: 'bind',
  source: path,
  options: [how, 'ro', 'nosuid'],
})

/** Adds directories of the host, and folders where programs leave what others should not see. */
function withMounts(config: Config, binds: ReadonlyArray<ReturnType<typeof bind>>): Config {
  const guarded = ['nosuid', 'nodev']
  const scratch = [
    { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: [...guarded, 'mode=1777', 'size=256m'] },
    { destination: '/run', type: 'tmpfs', source: 'tmpfs', options: [...guarded, 'mode=755', 'size=64m'] },
  ]
  return { ...config, mounts: [...binds, ...(config.mounts ?? []), ...scratch] }
}

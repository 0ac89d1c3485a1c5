// NOTIFY_SOCKET (sd_notify(3)): the service manager's socket, handed on to the container. Pure.
import type { Config } from '../index.ts'

const INSIDE = '/run/notify/notify.sock'

/**
 * The document with the socket mounted and named in the program's environment. An abstract socket belongs to the host's
 * network namespace and has no path to mount: it is left out.
 */
export function withNotifySocket(config: Config, env: Readonly<Record<string, string | undefined>>): Config {
  const socket = env['NOTIFY_SOCKET']
  if (socket === undefined || !socket.startsWith('/') || config.process === undefined) return config
  const mount = { destination: INSIDE, type: 'bind', source: socket, options: ['bind', 'nosuid', 'noexec', 'nodev'] }
  return {
    ...config,
    mounts: [...(config.mounts ?? []), mount],
    process: { ...config.process, env: [...(config.process.env ?? []), `NOTIFY_SOCKET=${INSIDE}`] },
  }
}

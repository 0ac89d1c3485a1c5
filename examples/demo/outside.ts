// What the report inside the container compares itself with: name and value, name and value …
import { readdir, readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

const NAMESPACES = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user']

/** Arguments for report.sh: $0, then the host's name, numbers of processes, mounts and links, then its namespaces. */
export async function outsideFacts(): Promise<string[]> {
  const [processes, mountinfo, links, ...namespaces] = await Promise.all([
    readdir('/proc'),
    readFile('/proc/self/mountinfo', 'utf8'),
    readdir('/sys/class/net').catch(() => []),
    ...NAMESPACES.map((name) => readlink(`/proc/self/ns/${name}`)),
  ])
  const count = processes.filter((name) => /^\d+$/.test(name)).length
  const mounts = mountinfo.trimEnd().split('\n').length
  return ['report', hostname(), String(count), String(mounts), links.join(' ') || 'none', ...namespaces]
}

// What the report inside the container compares itself with.
import { readdir, readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'

const NAMESPACES = ['pid', 'mnt', 'net', 'uts', 'ipc', 'cgroup', 'user']

/** $0 and the arguments of report.sh, in its order. */
export async function outsideFacts(): Promise<string[]> {
  const [processes, mountinfo, status, links, ...namespaces] = await Promise.all([
    readdir('/proc'),
    readFile('/proc/self/mountinfo', 'utf8'),
    readFile('/proc/self/status', 'utf8'),
    readdir('/sys/class/net').catch(() => []),
    ...NAMESPACES.map((name) => readlink(`/proc/self/ns/${name}`)),
  ])
  const processCount = processes.filter((name) => /^\d+$/.test(name)).length
  const mountCount = mountinfo.trimEnd().split('\n').length
  const capabilities = /^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? ''
  const uid = process.geteuid?.() ?? 0
  const facts = [hostname(), processCount, mountCount, links.join(' ') || 'none', uid, capabilities, ...namespaces]
  return ['report', ...facts.map(String)]
}

// Containers with namespaces to join, and documents that join them.
import { readlinkSync } from 'node:fs'
import type { Config, IdMapping, Namespace, NamespaceType } from '../../lib/config/types.ts'
import { Container, type CreateOptions } from '../../lib/index.ts'
import { type Bundle, isRoot, probeConfig } from './bundle.ts'

/** Names in /proc/PID/ns. */
export const FILES = {
  mount: 'mnt',
  pid: 'pid',
  network: 'net',
  uts: 'uts',
  ipc: 'ipc',
  user: 'user',
  cgroup: 'cgroup',
  time: 'time',
} as const satisfies Record<NamespaceType, string>

export type NamespacePath = { readonly type: NamespaceType; readonly path: string }

export const pathOf = (pid: number, type: NamespaceType): string => `/proc/${pid}/ns/${FILES[type]}`
export const linkOf = (pid: number | 'self', type: NamespaceType): string =>
  readlinkSync(`/proc/${pid}/ns/${FILES[type]}`)

/** What the probe saw, by the words of the document. */
export const seen = (namespaces: Readonly<Record<string, string>>, type: NamespaceType): string | undefined =>
  namespaces[FILES[type]]

export const RANGE: IdMapping = { containerID: 0, hostID: 100_000, size: 1000 }

/** With a user namespace, whoever runs this; root's has a range of ids. */
export function inUserNamespace(config: Config): Config {
  if (!isRoot) return config
  const namespaces: Namespace[] = [...(config.linux?.namespaces ?? []), { type: 'user' }]
  return { ...config, linux: { ...config.linux, namespaces, uidMappings: [RANGE], gidMappings: [RANGE] } }
}

/** With these entries in the place of its own of the same types. */
export function withNamespaces(config: Config, ...entries: Namespace[]): Config {
  const types = entries.map(({ type }) => type)
  const others = (config.linux?.namespaces ?? []).filter(({ type }) => !types.includes(type))
  const { uidMappings: _, gidMappings: __, ...linux } = config.linux ?? {}
  const keepsMaps = !entries.some(({ type, path }) => type === 'user' && path !== undefined)
  return { ...config, linux: { ...(keepsMaps ? config.linux : linux), namespaces: [...others, ...entries] } }
}

/** Runs until it is deleted. */
export function runWaiting(bundle: Bundle, config = probeConfig(bundle, ['wait']), options: CreateOptions = {}) {
  return Container.run(bundle.newId(), config, { stateDir: bundle.stateDir, stdio: 'ignore', ...options })
}

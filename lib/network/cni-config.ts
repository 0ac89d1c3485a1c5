// What CNI plugins are told, and what they answer. Pure.
//
// Spec: SPEC.md of containernetworking/cni, sections 1 (configuration), 2 (protocol), 3 (execution) and 5 (results).
import { ContainerError, type ErrorCode } from '../errors.ts'
import { checkLinkName } from './bridge-plan.ts'
import type { CniConfigList, CniNetwork, CniPluginConfig, CniResult } from './cni-options.ts'
import type { NetworkContext } from './host.ts'
import { invalidNetwork, unsupportedNetwork } from './refusals.ts'

/** The versions whose results are objects with `interfaces` and `ips`; lowest first. */
export const CNI_VERSIONS = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const

export const DEFAULT_PLUGIN_DIRECTORIES = ['/opt/cni/bin', '/usr/lib/cni', '/usr/libexec/cni']
export const DEFAULT_CNI_DIRECTORY = '/var/lib/libcontainer-cni'
export const DEFAULT_CNI_TIMEOUT = 60_000

export type CniCommand = 'ADD' | 'CHECK' | 'DEL'

/** Everything that plugins are asked with, each time the same: it is recorded, whatever becomes of the files. */
export interface CniAttachment {
  readonly list: CniConfigList
  /** The version that was agreed on. */
  readonly version: string
  readonly plugins: readonly string[]
  readonly containerId: string
  readonly interface: string
  readonly args: string
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly timeout: number
}

/**
 * A list, checked: one written as the single plugin of before 1.0 becomes a list of it.
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function checkConfigList(given: unknown): CniConfigList {
  const list = asObject(given, 'it is no object')
  const whole = 'plugins' in list || !('type' in list) ? list : listOf(list)
  const { name, plugins } = whole
  if (typeof name !== 'string' || !/^[a-z\d][\w.-]*$/i.test(name)) {
    throw wrongList('its name must begin with a letter or digit, and have only these, dots, hyphens and underscores')
  }
  if (!Array.isArray(plugins) || plugins.length === 0) throw wrongList('it has no plugins')
  for (const plugin of plugins) checkPlugin(plugin)
  return whole as unknown as CniConfigList
}

const listOf = ({ cniVersion, name, ...plugin }: Record<string, unknown>): Record<string, unknown> => ({
  ...(cniVersion === undefined ? {} : { cniVersion }),
  name,
  plugins: [plugin],
})

function asObject(value: unknown, otherwise: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw wrongList(otherwise)
}

function checkPlugin(plugin: unknown): void {
  const { type } = asObject(plugin, 'one of its plugins is no object')
  // It becomes a file name.
  if (typeof type === 'string' && /^[^/\0]+$/.test(type) && type !== '.' && type !== '..') return
  throw wrongList(`${JSON.stringify(type)} is no type of a plugin`)
}

const wrongList = (why: string): ContainerError => invalidNetwork(`cni.config: ${why}`)

/** @throws ContainerError ERR_INVALID_CONFIG */
export function parseConfigList(text: string, file: string): CniConfigList {
  try {
    return checkConfigList(JSON.parse(text))
  } catch (cause) {
    if (cause instanceof ContainerError) throw cause
    throw invalidNetwork(`cni.config: ${file}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/**
 * The highest version that the list is written for, all of its plugins speak, and we.
 * @param spoken by type of plugin
 * @throws ContainerError ERR_UNSUPPORTED
 */
export function agreeOnVersion(list: CniConfigList, spoken: ReadonlyMap<string, readonly string[]>): string {
  const { cniVersion = '0.1.0', cniVersions = [] } = list
  const written = new Set([cniVersion, ...cniVersions])
  const agreed = CNI_VERSIONS.filter((version) => written.has(version)).findLast((version) =>
    [...spoken.values()].every((versions) => versions.includes(version)),
  )
  if (agreed !== undefined) return agreed
  const said = [...spoken].map(([type, versions]) => `${type} speaks ${versions.join(', ')}`)
  throw unsupportedNetwork(
    `cni.config: no version is common to the list (${[...written].join(', ')}), its plugins and this library (${CNI_VERSIONS.join(', ')}): ${said.join('; ')}`,
    'set cniVersion of the list to one that all speak',
  )
}

/**
 * What is asked of plugins for a container.
 * @param containerId unique on this machine, whatever the container's own id
 * @throws ContainerError ERR_INVALID_CONFIG
 */
export function planAttachment(
  network: CniNetwork,
  list: CniConfigList,
  version: string,
  containerId: string,
  interfaceName = 'eth0',
): CniAttachment {
  checkLinkName(interfaceName, 'network.interface')
  const { plugins = DEFAULT_PLUGIN_DIRECTORIES, capabilities = {}, args = {}, timeout = DEFAULT_CNI_TIMEOUT } = network
  const given = Object.fromEntries(Object.entries(capabilities).filter(([, value]) => value !== undefined))
  const idle = Object.keys(given).find((name) => !list.plugins.some((plugin) => plugin.capabilities?.[name] === true))
  if (idle !== undefined) {
    throw invalidNetwork(
      `cni.capabilities: no plugin of ${list.name} has the capability ${idle}`,
      `give one of them "capabilities": { ${JSON.stringify(idle)}: true }`,
    )
  }
  if (!(timeout > 0)) throw invalidNetwork('cni.timeout must be a number of milliseconds above 0')
  return {
    list,
    version,
    plugins,
    containerId,
    interface: interfaceName,
    args: argsText(args),
    capabilities: given,
    timeout,
  }
}

function argsText(args: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(args)
  const wrong = pairs.find(([key, value]) => key === '' || /[;=\0]/.test(`${key}${value}`))
  if (wrong !== undefined) throw invalidNetwork(`cni.args: ${JSON.stringify(wrong[0])} must have no ';' and '='`)
  return pairs.map((pair) => pair.join('=')).join(';')
}

/** Letters, digits, dots, hyphens and underscores, the first a letter or digit (section 2, CNI_CONTAINERID). */
export const containerIdOf = (id: string, tag: string): string =>
  `${id.replaceAll(/[^\w.-]/g, '_').replace(/^[^a-z\d]+/i, '')}-${tag}`.replace(/^-/, '')

/** The configuration that a plugin gets on its standard input (section 3, "Deriving execution configuration"). */
export function pluginInput(
  { list, version, capabilities }: CniAttachment,
  plugin: CniPluginConfig,
  prevResult: CniResult | undefined,
): string {
  const { capabilities: declared = {}, ...rest } = plugin
  const runtimeConfig = Object.entries(capabilities).filter(([name]) => declared[name] === true)
  return JSON.stringify({
    ...rest,
    name: list.name,
    cniVersion: version,
    ...(runtimeConfig.length === 0 ? {} : { runtimeConfig: Object.fromEntries(runtimeConfig) }),
    ...(prevResult === undefined ? {} : { prevResult }),
  })
}

/** Plugins run other programs: iptables, sysctl. */
const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** @param netns path of the network namespace; empty when it is gone */
export function pluginEnvironment(attachment: CniAttachment, command: CniCommand, netns: string): string[] {
  const { containerId, args, plugins } = attachment
  return [
    DEFAULT_PATH,
    `CNI_COMMAND=${command}`,
    `CNI_CONTAINERID=${containerId}`,
    `CNI_NETNS=${netns}`,
    `CNI_IFNAME=${attachment.interface}`,
    `CNI_ARGS=${args}`,
    `CNI_PATH=${plugins.join(':')}`,
  ]
}

export const VERSION_ENVIRONMENT = [DEFAULT_PATH, 'CNI_COMMAND=VERSION']

/** What a plugin that knows nothing of VERSION speaks is the first version. */
export function parseVersions(answer: string): string[] {
  const { supportedVersions } = parseAnswer(answer) ?? {}
  if (!Array.isArray(supportedVersions)) return ['0.1.0']
  return supportedVersions.filter((version): version is string => typeof version === 'string')
}

/** Undefined when it is no object in JSON. */
export function parseAnswer(answer: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(answer)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** CHECK is of 0.4.0 and later. */
export const canCheck = (version: string): boolean => !version.startsWith('0.3.')

/** Section 5, "Error": the codes of the specification; plugins have their own from 100 on. */
const CODES: Readonly<Record<number, readonly [words: string, code?: ErrorCode]>> = {
  1: ['incompatible CNI version', 'ERR_UNSUPPORTED'],
  2: ['unsupported field', 'ERR_INVALID_CONFIG'],
  3: ['unknown container'],
  4: ['invalid environment variables'],
  5: ['I/O failure'],
  6: ['cannot decode'],
  7: ['invalid network config', 'ERR_INVALID_CONFIG'],
  11: ['try again later', 'ERR_BUSY'],
  50: ['plugin not available'],
  51: ['plugin not available, with limited connectivity'],
}

/**
 * What a plugin says against a command.
 * @param how it ended, in words, for one that says nothing of use
 */
export function pluginFailure(
  command: string,
  type: string,
  answer: string,
  how: string,
  context: NetworkContext,
): ContainerError {
  const { code, msg, details } = parseAnswer(answer) ?? {}
  const [words, error = 'ERR_SYSTEM'] = (typeof code === 'number' ? CODES[code] : undefined) ?? ['of the plugin']
  const said = typeof msg === 'string' && msg !== '' ? msg : how
  return new ContainerError({
    code: typeof code === 'number' ? error : 'ERR_SYSTEM',
    ...context,
    op: `CNI ${command} ${type}`,
    message: typeof code === 'number' ? `${said} (error ${code}, ${words})` : said,
    detail: typeof details === 'string' && details !== '' ? details : undefined,
  })
}

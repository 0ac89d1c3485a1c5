// A network made by CNI plugins: what is asked for, and what they tell. Types alone.
//
// Spec: the Container Network Interface specification, 1.1.0 (SPEC.md of containernetworking/cni).
import type { InterfaceWish } from './options.ts'

/** A network of CNI plugins. Its bandwidth and MAC address are capabilities of theirs. */
export interface CniWish extends Pick<InterfaceWish, 'interface' | 'egress'> {
  readonly cni: CniNetwork
}

/** Which plugins make the network, and with what. All but `config` has defaults. */
export interface CniNetwork {
  /** A network configuration list, of CNI 0.3.0 to 1.1.0, or the path of a file with one (`/etc/cni/net.d/10-net.conflist`). */
  readonly config: string | CniConfigList
  /** Directories of plugins (CNI_PATH). Default: `/opt/cni/bin`, `/usr/lib/cni` and `/usr/libexec/cni`. */
  readonly plugins?: readonly string[]
  /** Values for the capabilities that the plugins declare: what they get as `runtimeConfig`. */
  readonly capabilities?: CniCapabilities
  /**
   * CNI_ARGS. Plugins refuse what they do not know, unless `IgnoreUnknown` is `'1'`; the specification calls it out of use
   * and prefers capabilities.
   */
  readonly args?: Readonly<Record<string, string>>
  /** Milliseconds that a plugin has for one command, after which it is killed. Default: 60 000. */
  readonly timeout?: number
  /**
   * Where it is recorded what plugins have made: it outlives the machine's restart, as the leases of plugins do. Default:
   * `/var/lib/libcontainer-cni`.
   */
  readonly directory?: string
}

/** CONVENTIONS.md of containernetworking/cni. One that no plugin of the list declares is refused. */
export interface CniCapabilities {
  readonly portMappings?: ReadonlyArray<{
    readonly hostPort: number
    readonly containerPort: number
    readonly protocol?: 'tcp' | 'udp' | 'sctp'
    readonly hostIP?: string
  }>
  /** Ranges to take addresses from: sets, of each of which one address is taken. */
  readonly ipRanges?: ReadonlyArray<
    ReadonlyArray<{
      readonly subnet: string
      readonly rangeStart?: string
      readonly rangeEnd?: string
      readonly gateway?: string
    }>
  >
  /** Bits a second, and bits. */
  readonly bandwidth?: {
    readonly ingressRate?: number
    readonly ingressBurst?: number
    readonly egressRate?: number
    readonly egressBurst?: number
  }
  readonly dns?: {
    readonly servers?: readonly string[]
    readonly searches?: readonly string[]
    readonly options?: readonly string[]
  }
  readonly ips?: readonly string[]
  readonly mac?: string
  readonly aliases?: Readonly<Record<string, readonly string[]>>
  readonly [other: string]: unknown
}

/** Section 1, "Network configuration format". */
export interface CniConfigList {
  readonly cniVersion?: string
  /** Others that it is written for: the highest that all plugins speak is taken. */
  readonly cniVersions?: readonly string[]
  readonly name: string
  readonly disableCheck?: boolean
  readonly plugins: readonly CniPluginConfig[]
  readonly [other: string]: unknown
}

/** One plugin of a list, with the keys that it takes itself. */
export interface CniPluginConfig {
  /** The plugin's file name. */
  readonly type: string
  readonly capabilities?: Readonly<Record<string, boolean>>
  readonly [other: string]: unknown
}

/** Section 5, "ADD Success": what the plugins have made, as the last of them tells it. */
export interface CniResult {
  readonly cniVersion?: string
  readonly interfaces?: ReadonlyArray<{
    readonly name: string
    readonly mac?: string
    readonly mtu?: number
    /** Path of the network namespace it is in; none or empty: the host's. */
    readonly sandbox?: string
  }>
  readonly ips?: ReadonlyArray<{
    /** With the length of the prefix. */
    readonly address: string
    readonly gateway?: string
    /** Index in `interfaces`. */
    readonly interface?: number
  }>
  readonly routes?: ReadonlyArray<{ readonly dst: string; readonly gw?: string; readonly mtu?: number }>
  readonly dns?: {
    readonly nameservers?: readonly string[]
    readonly domain?: string
    readonly search?: readonly string[]
    readonly options?: readonly string[]
  }
  readonly [other: string]: unknown
}

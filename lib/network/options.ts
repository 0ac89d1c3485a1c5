// What a container's network can be: the `network` option. Types alone.
import type { CniWish } from './cni-options.ts'

/** How a container is connected. Each adds to the document what it needs; `'none'` is what a document says by itself. */
export type Network =
  /** A network namespace of its own with loopback and nothing else. */
  | 'none'
  /** That of this process. */
  | 'host'
  | ShareNetwork
  | BridgeWish
  | MacvlanWish
  | IpvlanWish
  | CniWish
  | RootlessWish

/** That of another container, by its id in the same state directory. It must be there, and stay. */
export interface ShareNetwork {
  readonly share: string
}

/** Of any network with an interface of the container's own. */
export interface InterfaceWish {
  /** Name of the interface in the container. Default: `eth0`. */
  readonly interface?: string
  /** MAC address. Default: the kernel's choice. */
  readonly mac?: string
  readonly egress?: EgressPolicy
  readonly bandwidth?: Bandwidth
}

/** A network of containers on this machine, behind a bridge. */
export interface BridgeWish extends InterfaceWish {
  readonly bridge: BridgeNetwork
  /** Addresses to have; default: the next free one of each subnet. */
  readonly addresses?: readonly string[]
  /** Names by which the others on the network find it, beside its id and its host name. */
  readonly aliases?: readonly string[]
  /** Ports of the host that lead to it: `'8080:80'`, `'127.0.0.1:53:53/udp'`, `'[::]:8000-8009:8000-8009'`. */
  readonly ports?: readonly string[]
}

/** A bridge and its nets. It is made for the first container on it, and goes with the last. */
export interface BridgeNetwork {
  /** The name of the network and of its bridge, at most 15 bytes. */
  readonly name: string
  /** At most one of each family. Default: `10.90.0.0/16` and `fd90:6c63::/64`; those it has if it is there already. */
  readonly subnets?: readonly string[]
  /** Bytes. Default: the kernel's, 1500. */
  readonly mtu?: number
  /** Nothing leads out: no default route, no address translation. Default: false. */
  readonly internal?: boolean
  /** Its containers cannot reach each other. Default: false. */
  readonly isolated?: boolean
  /** It stays when no container is left. Default: false. */
  readonly keep?: boolean
  /** Name servers of its containers. Default: the host's, but for those that only the host can reach. */
  readonly dns?: readonly string[]
  /** Where networks are recorded, for all programs that use them. Default: `/run/libcontainer-networks`. */
  readonly directory?: string
}

/** An interface on one of the host's, with a MAC address of its own on the same wire. */
export interface MacvlanWish extends InterfaceWish {
  readonly macvlan: StaticInterface & {
    /** Default: `bridge`. */
    readonly mode?: 'private' | 'vepa' | 'bridge' | 'passthru'
  }
}

/** An interface on one of the host's that shares its MAC address. */
export interface IpvlanWish extends InterfaceWish {
  readonly ipvlan: StaticInterface & {
    /** Default: `l2`. */
    readonly mode?: 'l2' | 'l3' | 'l3s'
  }
}

/** Its addresses are the caller's to know. */
export interface StaticInterface {
  /** Name of the host's interface. */
  readonly parent: string
  /** With the length of the prefix: `192.0.2.5/24`. */
  readonly addresses: readonly string[]
  /** Gateways of default routes. */
  readonly gateways?: readonly string[]
  readonly mtu?: number
}

/**
 * A network by a program of the host that has sockets in the container's stead: it takes no privilege. The container's
 * document has a user namespace of its own, or the caller may mount.
 */
export interface RootlessWish extends Pick<InterfaceWish, 'interface'> {
  /** pasta gives the container the host's addresses, slirp4netns a net of its own (10.0.2.0/24). */
  readonly rootless: 'pasta' | 'slirp4netns'
  /** Ports of the host that lead to it, as those of {@link BridgeWish}. slirp4netns has them on IPv4 addresses alone. */
  readonly ports?: readonly string[]
  /** Bytes, 576 to 65520. Default: 65520. */
  readonly mtu?: number
  /** Name servers. Default: the program itself, which asks those of the host. */
  readonly dns?: readonly string[]
  /** Where it is recorded. Default: as a state directory by default, with `-networks` behind it. */
  readonly directory?: string
}

/** Where the container may connect to. It is enforced in its network namespace, which CAP_NET_ADMIN inside could undo. */
export type EgressPolicy = 'deny' | { readonly allow: readonly EgressRule[] }

/** What an egress policy lets out. */
export interface EgressRule {
  /** An address or a net. */
  readonly to: string
  /** Single ports and ranges (`'8000-8999'`). Default: all, and all protocols. */
  readonly ports?: ReadonlyArray<number | string>
  /** With `ports`. Default: `tcp`. */
  readonly protocol?: 'tcp' | 'udp'
}

/** Bits a second; above that packets wait, then are dropped. */
export interface Bandwidth {
  /** To the container. Bridges only: ERR_UNSUPPORTED with macvlan and ipvlan. */
  readonly ingress?: number
  /** From the container. */
  readonly egress?: number
}

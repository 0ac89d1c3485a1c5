// Runs nft(8): one transaction from its standard input, in any network namespace. Effects.
import type { Fd } from '../addon.ts'
import { ContainerError } from '../errors.ts'
import { runProgram } from '../program.ts'
import { type NetworkContext, tryRequests } from './host.ts'
import { NETLINK_NETFILTER, type Request, terminated } from './netlink.ts'
import { findProgram } from './programs.ts'

/**
 * @param rules a transaction in JSON: all of it or nothing
 * @param netns where; default: this process's network namespace
 * @throws ContainerError ERR_UNSUPPORTED without nft, ERR_SYSTEM with its words
 */
export async function applyRules(rules: string, context: NetworkContext, netns?: Fd): Promise<void> {
  const nft = await findProgram('nft')
  if (nft === undefined) {
    throw new ContainerError({
      code: 'ERR_UNSUPPORTED',
      ...context,
      message: 'address translation and packet filters need the program nft',
      hint: 'install the package nftables',
    })
  }
  const { exit, output } = await runProgram({
    path: nft,
    args: ['nft', '-j', '-f', '-'],
    env: [],
    input: Buffer.from(rules),
    timeout: 30_000,
    ...(netns === undefined ? {} : { netns }),
  })
  if (exit?.exitCode === 0) return
  throw new ContainerError({
    code: 'ERR_SYSTEM',
    ...context,
    op: 'nft',
    message: output || `it ended with ${JSON.stringify(exit)}`,
    hint: 'the kernel may lack nf_tables, nft_nat or nft_masq: see docs/network.md',
  })
}

/** NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE; NFTA_TABLE_NAME (include/uapi/linux/netfilter/nf_tables.h). */
const GET_TABLE = (10 << 8) | 1
const NFTA_TABLE_NAME = 1
const NFPROTO_INET = 1

/** Whether a table of this name is there: whoever reloads the host's firewall may have taken it away. */
export async function hasTable(name: string, context: NetworkContext): Promise<boolean> {
  const header = Uint8Array.of(NFPROTO_INET, 0, 0, 0)
  const payload = Buffer.concat([header, terminated(NFTA_TABLE_NAME, name)])
  const request: Request = { what: `NFT_MSG_GETTABLE ${name}`, type: GET_TABLE, flags: 0, payload }
  const { refused } = await tryRequests([{ request }], context, NETLINK_NETFILTER)
  return refused === undefined
}

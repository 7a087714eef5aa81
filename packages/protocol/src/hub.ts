import * as z from 'zod'
import { PublicKey } from './keys.ts'
import { AddressText, EndpointText, InterfaceName, Name, Port, PrefixText } from './texts.ts'
import { USUAL_KEEPALIVE_S } from './view.ts'

/**
 * What the coordinator and the agent in its hub role say to each other over the Unix socket: one JSON object a line, in
 * both directions. The socket's file mode is its authorisation.
 */
const Id = z.int().positive()

/** `publicKey` is what the console has on record; null until the hub made a key. */
export const HubNetwork = z.strictObject({
  id: Id,
  name: Name,
  interface: InterfaceName,
  hubPeerId: Id,
  address: AddressText,
  prefix: PrefixText,
  /** The second family, when the network has one. These and what has a default are not in states saved earlier. */
  address6: AddressText.nullable().default(null),
  prefix6: PrefixText.nullable().default(null),
  listenPort: Port,
  /** Packets to this port of before are still taken for those to `listenPort`. */
  listenPortBefore: Port.nullable().default(null),
  apiPort: Port,
  /** Seconds; 0 sends none. States saved earlier do not have it. */
  keepaliveS: z.int().min(0).max(3600).default(USUAL_KEEPALIVE_S),
  publicKey: PublicKey.nullable(),
  /** Whether DNS queries to the hub's address are handed to the coordinator. */
  dns: z.boolean().default(false),
})
/** A network that this hub serves. */
export type HubNetwork = z.infer<typeof HubNetwork>

/**
 * One WireGuard peer as the hub's device must hold it: a member, the key it had before, or an invitation's temporary one. `restricted` ones (not
 * redeemed, or their invitation has ended) may talk to the mesh API and to nothing else; nftables on the hub sees to it.
 * So it does with `forwards`, which devices have: the addresses with which they may exchange packets through the hub.
 */
export const HubPeer = z.strictObject({
  ref: z.string().regex(/^(peer|former|invitation):\d+$/),
  key: PublicKey,
  /** Addresses, each allowed as /32 or /128. */
  ips: z.array(AddressText),
  restricted: z.boolean(),
  forwards: z.array(AddressText).optional(),
  /** The endpoint last observed, so that a restarted hub need not wait for the peer to speak first. */
  endpoint: EndpointText.nullable(),
})
export type HubPeer = z.infer<typeof HubPeer>

/** Two peers that may reach each other and find no direct path; `a` < `b`. */
export const RelayPair = z.strictObject({
  a: z.strictObject({ peer: Id, key: PublicKey }),
  b: z.strictObject({ peer: Id, key: PublicKey }),
})
export type RelayPair = z.infer<typeof RelayPair>

/** A pair that the hub passes packets on for: `portA` is the hub's UDP port that `a` sends to, `portB` that of `b`. */
export const OpenRelay = z.strictObject({ a: Id, b: Id, portA: Port, portB: Port })
export type OpenRelay = z.infer<typeof OpenRelay>

export const ToHub = z.discriminatedUnion('kind', [
  /** All networks; comes first, and again when one is made, changed or removed. */
  z.strictObject({ kind: z.literal('networks'), networks: z.array(HubNetwork) }),
  /** The peers of one network: all of them when `full`, else what changed. */
  z.strictObject({
    kind: z.literal('peers'),
    network: Id,
    revision: z.int().nonnegative(),
    full: z.boolean(),
    upsert: z.array(HubPeer),
    remove: z.array(z.string()),
  }),
  /** All pairs of one network that packets are to be passed on for, those that need it most first. */
  z.strictObject({ kind: z.literal('relays'), network: Id, pairs: z.array(RelayPair) }),
])
export type ToHub = z.infer<typeof ToHub>

/** What `wg` shows of one peer. `handshakeAt` in Unix seconds, 0 = never; bytes since the interface was made. */
export const Observed = z.strictObject({
  key: PublicKey,
  endpoint: EndpointText.nullable(),
  handshakeAt: z.int().nonnegative(),
  rx: z.int().nonnegative(),
  tx: z.int().nonnegative(),
})
export type Observed = z.infer<typeof Observed>

export const FromHub = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('hello'), version: z.string().max(40) }),
  /** The public half of the hub's own key for a network; it never tells the private one. */
  z.strictObject({ kind: z.literal('key'), network: Id, publicKey: PublicKey }),
  /** The device holds this revision. */
  z.strictObject({ kind: z.literal('applied'), network: Id, revision: z.int().nonnegative() }),
  /** Only peers whose figures changed since the last one. */
  z.strictObject({ kind: z.literal('observed'), network: Id, peers: z.array(Observed) }),
  /**
   * All pairs of one network that packets are passed on for, and why others are not (one sentence; null when none was
   * left out). Told when it changes, and after each `hello`.
   */
  z.strictObject({
    kind: z.literal('relays'),
    network: Id,
    open: z.array(OpenRelay),
    refused: z.string().max(500).nullable(),
  }),
  /** Why the network's device is not as it should be, one sentence; null when it is again. */
  z.strictObject({ kind: z.literal('fault'), network: Id, sentence: z.string().max(500).nullable() }),
])
export type FromHub = z.infer<typeof FromHub>

/** The console's socket for root on the hub's host, beside that of the hub; its file mode is its authorisation. */
export const ADMIN_SOCKET = 'admin.sock'

import { formatAddress, parseAddress } from '@warren/cidr'
import { HUB_KEY_HEADER, type PeerRow, Refusal, SECRET_HEADER } from '@warren/protocol'
import type { MeshNetwork } from './network.ts'
import { whyNoAnswer } from './polls.ts'

/** Through which of a hub's addresses somebody came: the mesh, or the door, where addresses hang on keys alone. */
export type Entrance = 'mesh' | 'door'

/**
 * Who sent a request. `member` proved to be a peer that takes part; `joining` came from an address that WireGuard gives
 * to an invitation or a peer, without a secret, and may redeem.
 */
export type Caller =
  | { readonly kind: 'member'; readonly network: MeshNetwork; readonly peer: PeerRow }
  | {
      readonly kind: 'joining'
      readonly network: MeshNetwork
      readonly by: { readonly invitationId: number } | { readonly peerId: number }
    }

/** What a request shows of who sent it. `source` is the address that it came from. */
export type Credentials = {
  readonly source: string
  readonly entrance: Entrance
  header(name: string): string | undefined
}

const stranger = () =>
  new Refusal('not-signed-in', 'This address belongs to no peer of the network; join again with an invitation.')

/** Not 'forbidden': a node whose answer was lost is about to ask again for its new key. */
const replaced = () =>
  new Refusal('not-signed-in', 'The key that this came with was replaced: another one of this peer is on record.')

/**
 * Who joins: known by its address alone, which WireGuard proves.
 * @throws Refusal when a web page asks, when another hub is meant, or when the address is nobody's
 */
export function whoJoins(network: MeshNetwork, credentials: Credentials): Caller {
  refuseForeign(network, credentials)
  const source = canonical(credentials.source)
  if (credentials.entrance === 'door') {
    const invitationId = network.addresses.invitationAt(source)
    if (invitationId === undefined) throw stranger()
    return { kind: 'joining', network, by: { invitationId } }
  }
  const peerId = network.addresses.peerAt(source)
  if (peerId === undefined) throw stranger()
  demandCurrentHub(network)
  return { kind: 'joining', network, by: { peerId } }
}

/**
 * Which member asks: its address, which WireGuard proves, and its secret, so that another program on its machine cannot
 * act for it (DESIGN "The hub and the console"). `formerToo`: also one that comes with the key before its present one.
 * @throws Refusal as `whoJoins`; and forbidden when the peer takes no part, not-signed-in when the secret is not its own
 */
export async function whichMember(
  network: MeshNetwork,
  credentials: Credentials,
  { formerToo }: { formerToo: boolean } = { formerToo: false },
): Promise<Caller> {
  refuseForeign(network, credentials)
  const source = canonical(credentials.source)
  const { addresses } = network
  const present = credentials.entrance === 'door' ? addresses.memberAt(source) : addresses.peerAt(source)
  const former = credentials.entrance === 'door' && present === undefined ? addresses.formerAt(source) : undefined
  if (former !== undefined && !formerToo) throw replaced()
  const peerId = present ?? former
  const peer = peerId === undefined ? undefined : network.topology.rows.peers.get(peerId)
  if (!peer) throw stranger()
  if (!network.topology.placed(peer.id)) throw whyNoAnswer(peer)
  const secret = credentials.header(SECRET_HEADER)
  if (!secret || !(await network.secrets.matches(peer.id, secret))) {
    throw new Refusal('not-signed-in', 'The secret sent is not that of the peer with this address; join again.')
  }
  return { kind: 'member', network, peer }
}

/**
 * An address proves something only while the hub routes it as we know it: before, it may still be a former holder's.
 * @throws Refusal unavailable until then
 */
export function demandCurrentHub({ hub, topology }: MeshNetwork): void {
  if ((hub.applied ?? -1) >= topology.revision) return
  throw new Refusal('unavailable', 'The hub has not applied the last change yet; try again in a moment.')
}

/** A browser sends an Origin with every POST; an agent never does. And no web page knows the hub's key. */
function refuseForeign(network: MeshNetwork, { header }: Credentials): void {
  if (header('origin') !== undefined) {
    throw new Refusal('forbidden', 'Web pages may not use the mesh API.')
  }
  const key = network.addresses.hubKey
  if (key === null || header(HUB_KEY_HEADER) !== key) {
    // Not 'forbidden': that would make an agent shut its peers out, because of a hub that was set up anew.
    throw new Refusal(
      'not-signed-in',
      'The request is meant for another hub: the hub key sent is not that of this one.',
    )
  }
}

/** One spelling for each address, RFC 5952's. A socket for both families shows IPv4 as ::ffff:a.b.c.d. */
export function canonical(text: string): string {
  const plain = text.startsWith('::ffff:') && text.includes('.') ? text.slice('::ffff:'.length) : text
  // The kernel has one spelling for IPv4.
  if (!plain.includes(':')) return plain
  const address = parseAddress(plain)
  return address.ok ? formatAddress(address.value) : text
}

import { type PeerRow, Refusal, SECRET_HEADER } from '@warren/protocol'
import { type Credentials, canonical, demandCurrentHub } from '../identity.ts'
import type { MeshNetwork } from '../network.ts'

/** Sent with every request of an innernet client; it stands for our hub key header. */
const SERVER_KEY_HEADER = 'x-innernet-server-key'

/** Who may use a part of the innernet door. */
export type Standing = 'known' | 'joining' | 'member' | 'admin'

/**
 * Which peer asks through the innernet door: its address, which WireGuard proves, and the hub's key. A peer that has a
 * secret of ours has to show it here too, or a program on its machine could act for it through the back.
 * @throws Refusal not-signed-in for everything else
 */
export async function innernetCaller(
  network: MeshNetwork,
  credentials: Credentials,
  standing: Standing,
): Promise<PeerRow> {
  const { header } = credentials
  if (header('origin') !== undefined) throw new Refusal('not-signed-in', 'Web pages may not use the mesh API.')
  const key = network.addresses.hubKey
  if (key === null || header(SERVER_KEY_HEADER) !== key) {
    throw new Refusal('not-signed-in', 'The request is meant for another server: the key sent is not that of this one.')
  }
  const id = network.addresses.peerAt(canonical(credentials.source))
  const peer = id === undefined ? undefined : network.topology.rows.peers.get(id)
  if (!peer || peer.deletedAt !== null || !peer.enabled || peer.kind !== 'agent') {
    throw new Refusal('not-signed-in', 'This address belongs to no peer that takes part in the network.')
  }
  await refuseWithoutSecret(network, peer, header(SECRET_HEADER))
  refuseStanding(network, peer, standing)
  return peer
}

async function refuseWithoutSecret(network: MeshNetwork, peer: PeerRow, secret: string | undefined): Promise<void> {
  const own = await network.secrets.has(peer.id)
  if (!own || (secret !== undefined && (await network.secrets.matches(peer.id, secret)))) return
  throw new Refusal('not-signed-in', `${peer.name} joined with Warren's agent, which proves itself with a secret.`)
}

function refuseStanding(network: MeshNetwork, peer: PeerRow, standing: Standing): void {
  if (standing === 'known') return
  if (standing === 'joining') {
    if (peer.redeemedAt !== null) throw new Refusal('not-signed-in', 'This invitation was used already; it works once.')
    demandCurrentHub(network)
    return
  }
  if (peer.redeemedAt === null) throw new Refusal('not-signed-in', 'This peer has not redeemed its invitation yet.')
  if (standing === 'admin' && !peer.isAdmin) {
    throw new Refusal('not-signed-in', 'This peer is not an admin of the network.')
  }
}

import type { Db } from '@warren/db'
import { INNERNET_VERSION, type PeerRow, Refusal } from '@warren/protocol'
import { redeemPeer } from '../../server/peer/redeem-peer.ts'
import { setOwnEndpoint } from '../../server/peer/set-own-endpoint.ts'
import type { MeshNetwork } from '../network.ts'
import type { Told } from './admin.ts'
import { CandidatesContents, EndpointContents, RedeemContents } from './shapes.ts'
import type { InnernetState } from './state.ts'

/** innernet's bound on candidates. */
const MAX_CANDIDATES = 10

/** innernet's clients wait five seconds after they redeemed before they use their new key; their old one is kept this long. */
const KEEP_OLD_KEY_MS = 2_000

export type User = { readonly db: Db; readonly network: MeshNetwork; readonly peer: PeerRow }

/** Gives a peer its lasting key. Its answer still travels by the temporary one, so the hub swaps them a little later. */
export async function redeem({ db, network, peer }: User, body: unknown): Promise<Told> {
  const { public_key } = RedeemContents.parse(body)
  network.hub.holdBack(peer.id, KEEP_OLD_KEY_MS)
  const redemption = { peerId: peer.id, publicKey: public_key, secretHash: null, listenPort: null, now: new Date() }
  await redeemPeer({ db }, redemption)
  network.noteInnernet(peer.id)
  return { status: 204, body: null }
}

/** What a client sees of the network. One that was taken over with its network is known for what it is from here on. */
export function tellState({ network, peer }: User, state: InnernetState): Told {
  const told = state.told(peer.id)
  network.noteInnernet(peer.id)
  return told
}

export async function putEndpoint({ db, peer }: User, body: unknown): Promise<Told> {
  const contents = EndpointContents.parse(body)
  const endpoint = contents.option === 'Set' ? contents.content : null
  await setOwnEndpoint({ db }, { peerId: peer.id, endpoint })
  return { status: 204, body: null }
}

export function putCandidates({ network, peer }: User, body: unknown): Told {
  if (Array.isArray(body) && body.length > MAX_CANDIDATES) {
    throw new Refusal('too-many', `At most ${MAX_CANDIDATES} candidates.`)
  }
  const candidates = CandidatesContents.parse(body)
  network.reported(peer.id, { version: INNERNET_VERSION, candidates, fault: null })
  return { status: 204, body: null }
}

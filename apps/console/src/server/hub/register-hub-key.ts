import { change, type Db } from '@warren/db'
import { type Actor, type PeerRow, Refusal } from '@warren/protocol'
import { refuseUsedKey } from '../peer/used-key.ts'
import { hubIdOf } from './hub-id.ts'

/** The public half of the key that a hub made for a network. */
export type HubKey = { networkId: number; publicKey: string }

/** `revision` is null when the key was on record already. */
export type HubKeySet = { peer: PeerRow; revision: number | null }

const actor: Actor = { kind: 'system', id: null, name: 'hub' }

/**
 * Puts a hub's public key on record. A hub that was set up anew has another key; it is taken over, since the socket it
 * comes through is open to the hub alone and the old key is of no use to anyone.
 * @throws Refusal not-found (networkId), conflict (publicKey) for a key in use by another peer
 */
export async function registerHubKey({ db }: { db: Db }, { networkId, publicKey }: HubKey): Promise<HubKeySet> {
  const hubId = await hubIdOf(db, networkId)
  if (hubId === null) throw new Refusal('not-found', 'There is no such network.', 'networkId')
  const { value, revision } = await change(db, { networkId, actor, kind: 'hub.key-set' }, async (tx) => {
    await refuseUsedKey(tx, { key: publicKey, field: 'publicKey', except: hubId })
    return tx.update('peers', hubId, { publicKey })
  })
  return { peer: value, revision }
}

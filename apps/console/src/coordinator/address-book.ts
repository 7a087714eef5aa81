import type { PublicKey as Key } from '@warren/protocol'
import { PublicKey } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { hubKey } from './hub-peers.ts'
import type { NetworkRows, Step } from './topology/rows.ts'

/** Who has which address: peers in the mesh (tombstones too), invitations in the door, and whose key is whose. */
export class AddressBook {
  readonly #rows: NetworkRows
  readonly #peers = new Map<string, number>()
  readonly #keys = new Map<string, number>()
  readonly #guests = new Map<string, number>()
  /** The hub's public key on record; null until it made one. */
  hubKey: Key | null = null

  constructor(rows: NetworkRows) {
    this.#rows = rows
  }

  /** Follows a step that `rows` has already taken. */
  follow({ before, after }: Step): void {
    for (const { address, publicKey } of before.peers) {
      this.#peers.delete(address)
      if (publicKey !== null) this.#keys.delete(publicKey)
    }
    for (const { id, address, publicKey } of after.peers) {
      this.#peers.set(address, id)
      if (publicKey !== null) this.#keys.set(publicKey, id)
    }
    const key = hubKey(this.#rows)
    const moved = key !== this.hubKey
    this.hubKey = key
    if (moved) this.#guests.clear()
    if (key === null) return
    if (!moved) for (const { temporaryKey } of before.invitations) this.#guests.delete(doorOf(key, temporaryKey))
    const invitations = moved ? this.#rows.invitations.values() : after.invitations
    for (const { id, temporaryKey } of invitations) this.#guests.set(doorOf(key, temporaryKey), id)
  }

  /** The peer that has or had a mesh address. */
  peerAt(address: string): number | undefined {
    return this.#peers.get(address)
  }

  /** The peer with a lasting key. */
  peerWithKey(key: string): number | undefined {
    return this.#keys.get(key)
  }

  /** The invitation whose temporary key has this address in the door. */
  invitationAt(address: string): number | undefined {
    return this.#guests.get(address)
  }
}

const doorOf = (key: Key, temporaryKey: string): string => doorAddress(key, PublicKey.parse(temporaryKey))

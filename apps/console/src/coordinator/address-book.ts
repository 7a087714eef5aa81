import { type InvitationRow, type PublicKey as Key, type PeerRow, PublicKey } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { formerKey, hubKey } from './hub-peers.ts'
import type { NetworkRows, Step } from './topology/rows.ts'

/** Who has which address: peers in the mesh (tombstones too), invitations and members in the door; whose key is whose. */
export class AddressBook {
  readonly #rows: NetworkRows
  readonly #peers = new Map<string, number>()
  readonly #keys = new Map<string, number>()
  readonly #guests = new Map<string, number>()
  readonly #members = new Map<string, number>()
  readonly #formers = new Map<string, number>()
  /** The hub's public key on record; null until it made one. */
  hubKey: Key | null = null

  constructor(rows: NetworkRows) {
    this.#rows = rows
  }

  /** Follows a step that `rows` has already taken. */
  follow({ before, after }: Step): void {
    for (const { id, address, address6, publicKey } of before.peers) {
      forget(this.#peers, address, id)
      if (address6 !== null) forget(this.#peers, address6, id)
      if (publicKey !== null) forget(this.#keys, publicKey, id)
    }
    for (const { id, address, address6, publicKey } of after.peers) {
      this.#peers.set(address, id)
      if (address6 !== null) this.#peers.set(address6, id)
      if (publicKey !== null) this.#keys.set(publicKey, id)
    }
    const key = hubKey(this.#rows)
    const moved = key !== this.hubKey
    this.hubKey = key
    if (moved) {
      this.#guests.clear()
      this.#members.clear()
      this.#formers.clear()
    }
    if (key === null) return
    this.#followDoor(
      key,
      moved ? { before: { invitations: [], peers: [] }, after: all(this.#rows) } : { before, after },
    )
  }

  #followDoor(key: Key, { before, after }: DoorStep): void {
    for (const { id, temporaryKey } of before.invitations) forget(this.#guests, doorOf(key, temporaryKey), id)
    for (const { id, temporaryKey } of after.invitations) this.#guests.set(doorOf(key, temporaryKey), id)
    for (const row of before.peers) {
      const former = formerKey(row)
      if (row.publicKey !== null) forget(this.#members, doorOf(key, row.publicKey), row.id)
      if (former !== null) forget(this.#formers, doorOf(key, former), row.id)
    }
    for (const row of after.peers) {
      const former = formerKey(row)
      if (row.publicKey !== null) this.#members.set(doorOf(key, row.publicKey), row.id)
      if (former !== null) this.#formers.set(doorOf(key, former), row.id)
    }
  }

  /** The peer that has or had a mesh address, of either family. */
  peerAt(address: string): number | undefined {
    return this.#peers.get(address)
  }

  /** The peer with a lasting key. */
  peerWithKey(key: string): number | undefined {
    return this.#keys.get(key)
  }

  /** The peer whose lasting key has this address in the door. */
  memberAt(address: string): number | undefined {
    return this.#members.get(address)
  }

  /** The peer whose key of before has this address in the door. */
  formerAt(address: string): number | undefined {
    return this.#formers.get(address)
  }

  /** The invitation whose temporary key has this address in the door. */
  invitationAt(address: string): number | undefined {
    return this.#guests.get(address)
  }
}

type DoorRows = { invitations: Iterable<InvitationRow>; peers: Iterable<PeerRow> }
type DoorStep = { before: DoorRows; after: DoorRows }

const all = (rows: NetworkRows): DoorRows => ({ invitations: rows.invitations.values(), peers: rows.peers.values() })

/** Forgets an entry that is this row's; a later row may have taken it over. */
function forget(entries: Map<string, number>, name: string, id: number): void {
  if (entries.get(name) === id) entries.delete(name)
}

const doorOf = (hub: Key, key: string): string => doorAddress(hub, PublicKey.parse(key))

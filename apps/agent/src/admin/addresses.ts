import type { Peer } from './find.ts'

/** Addresses that were asked for. */
export type Addresses = { address?: string; address6?: string }

/** The part of a verb's input that asks for them. */
export const askedFor = ({ address, address6 }: Addresses): Addresses => ({
  ...(address ? { address } : {}),
  ...(address6 ? { address6 } : {}),
})

/** Whether a peer has the addresses that were asked for. */
export const isSeatedAt = (peer: Peer, { address, address6 }: Addresses): boolean =>
  (address ?? peer.address) === peer.address && (address6 ?? peer.address6) === peer.address6

/** A peer's address, or those of both families. */
export const addressesOf = ({ address, address6 }: Pick<Peer, 'address' | 'address6'>): string =>
  address6 === null ? address : `${address} and ${address6}`

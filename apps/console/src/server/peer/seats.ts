import { formatAddress, formatPrefix, type Plans, type Seeker, seatAll, type Tree } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { addressIn, takenIn } from '../cidr/plan.ts'
import type { Seat } from './seat.ts'

/**
 * Addresses in a CIDR for each of these peers: the present one where it may stay, else the next free one; and the same
 * for their IPv6 addresses, where the CIDR has an IPv6 prefix beside its IPv4 one.
 * @throws Refusal rule-broken (cidrId) when they do not all fit, saying how many do
 */
export async function seatsFor(
  tx: Writer,
  plans: Plans,
  { cidrId, peers }: { cidrId: number; peers: readonly PeerRow[] },
): Promise<({ id: number } & Seat)[]> {
  const { first, second } = plans
  const addresses = await addressesFor(tx, first, { cidrId, seekers: peers.map((row) => seeker(row, row.address)) })
  const seekers6 = peers.map((row) => seeker(row, row.address6))
  const addresses6 = second?.get(cidrId) ? await addressesFor(tx, second, { cidrId, seekers: seekers6 }) : null
  return peers.map(({ id, address }) => ({
    id,
    address: addresses.get(id) ?? address,
    address6: addresses6?.get(id) ?? null,
  }))
}

const seeker = ({ id }: PeerRow, at: string | null): Seeker => ({ id, present: at === null ? null : addressIn(at) })

/** In one family. */
async function addressesFor(
  tx: Writer,
  tree: Tree,
  { cidrId, seekers }: { cidrId: number; seekers: readonly Seeker[] },
): Promise<Map<number, string>> {
  const [cidr] = tree.ancestors(cidrId)
  if (!cidr) throw new Error(`there is no CIDR ${cidrId}`)
  const prefix = formatPrefix(cidr.prefix)
  const taken = new Set((await takenIn(tx, prefix)).map(({ address }) => address.value))
  const place = { prefix: cidr.prefix, children: tree.children(cidrId).map((child) => child.prefix) }
  const seats = new Map<number, string>()
  for (const [id, address] of seatAll(place, seekers, taken)) if (address) seats.set(id, formatAddress(address))
  if (seats.size === seekers.length) return seats
  throw new Refusal(
    'rule-broken',
    `${cidr.name} (${prefix}) has room for ${seats.size} of these ${seekers.length} peers; enlarge it, choose fewer of them, or release addresses of deleted peers.`,
    'cidrId',
  )
}

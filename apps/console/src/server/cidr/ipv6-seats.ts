import { formatAddress, formatPrefix, type Plans, type Seeker, seatAll } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { addressIn, takenIn } from './plan.ts'

/**
 * Gives the peers that sit directly in these CIDRs IPv6 addresses as the plans now are: who has one that may stay keeps
 * it, who has none gets the next free one, in the order of IPv4 addresses, and in a CIDR without an IPv6 prefix nobody has
 * one. In one statement, however many they are.
 * @throws Refusal rule-broken (prefix6) naming a CIDR that has no room for all of its peers
 */
export async function seatAnew(tx: Writer, plans: Plans, cidrIds: readonly number[]): Promise<void> {
  const peers = grouped(await tx.peersIn(cidrIds))
  const patches: { id: number; patch: { address6: string | null } }[] = []
  const taken = await taken6(tx, plans)
  for (const [cidrId, rows] of peers) {
    const seats = seatsIn(plans, { cidrId, rows, taken })
    for (const { id, address6 } of rows) {
      const at = seats.get(id) ?? null
      if (at !== address6) patches.push({ id, patch: { address6: at } })
    }
  }
  await tx.updateMany('peers', patches)
}

/** The values of all IPv6 addresses beside IPv4 ones that are in use or kept. */
async function taken6(tx: Writer, { second }: Plans): Promise<ReadonlySet<bigint>> {
  if (!second) return new Set()
  const taken = await takenIn(tx, formatPrefix(second.root.prefix))
  return new Set(taken.map(({ address }) => address.value))
}

function grouped(rows: readonly PeerRow[]): Map<number, PeerRow[]> {
  const groups = new Map<number, PeerRow[]>()
  for (const row of rows) {
    const group = groups.get(row.cidrId ?? 0)
    if (group) group.push(row)
    else groups.set(row.cidrId ?? 0, [row])
  }
  return groups
}

function seatsIn(
  { second }: Plans,
  { cidrId, rows, taken }: { cidrId: number; rows: readonly PeerRow[]; taken: ReadonlySet<bigint> },
): Map<number, string> {
  const cidr = second?.get(cidrId)
  if (!second || !cidr) return new Map()
  const place = { prefix: cidr.prefix, children: second.children(cidrId).map((child) => child.prefix) }
  const seats = seatAll(place, seekersOf(rows), taken)
  const found = new Map<number, string>()
  for (const [id, address] of seats) if (address) found.set(id, formatAddress(address))
  if (found.size === rows.length) return found
  const room = `${cidr.name} (${formatPrefix(cidr.prefix)}) has room for ${found.size} of its ${rows.length} peers`
  throw new Refusal('rule-broken', `${room}; choose a larger IPv6 prefix.`, 'prefix6')
}

/** Peers that need an IPv6 address, those with the lowest IPv4 addresses first. */
export function seekersOf(rows: readonly PeerRow[]): Seeker[] {
  const placed = rows.map(({ id, address, address6 }) => ({
    id,
    order: addressIn(address).value,
    present: address6 === null ? null : addressIn(address6),
  }))
  return placed.sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ id, present }) => ({ id, present }))
}

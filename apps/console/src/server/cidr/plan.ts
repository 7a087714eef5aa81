import {
  buildPlans,
  buildTree,
  type CidrNode,
  type Plans,
  type Prefix,
  parseAddress,
  parsePrefix,
  type Seated,
  type Taken,
  type Tree,
} from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type CidrRow, Refusal } from '@warren/protocol'

/** The prefix that a row or a checked input holds. Throws when it is none: that is a bug, not an input. */
export function prefixIn(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new Error(`${text} was stored or let through although it is no prefix`)
  return prefix.value
}

/** The address that a row or a checked input holds. Throws when it is none: that is a bug, not an input. */
export function addressIn(text: string) {
  const address = parseAddress(text)
  if (!address.ok) throw new Error(`${text} was stored or let through although it is no address`)
  return address.value
}

/** The address plan that rows describe. */
export const treeOf = (rows: readonly CidrRow[]): Tree =>
  buildTree(rows.map((row) => ({ ...row, prefix: prefixIn(row.prefix) })))

/** The address plans that rows describe: that of all CIDRs, and that of those with an IPv6 prefix beside an IPv4 one. */
export const plansOf = (rows: readonly CidrRow[]): Plans =>
  buildPlans(
    rows.map((row) => ({
      ...row,
      prefix: prefixIn(row.prefix),
      prefix6: row.prefix6 === null ? null : prefixIn(row.prefix6),
    })),
  )

/** The CIDR with this id. Refuses ids of other networks in the same words as ids that never were. */
export function cidrOf(tree: Tree, id: number, field: string): CidrNode {
  const node = tree.get(id)
  if (!node) throw new Refusal('not-found', 'There is no such CIDR in this network.', field)
  return node
}

/** The live peers that sit directly in a CIDR, as the rules of placement want them. */
export async function seatedIn(tx: Writer, cidrId: number): Promise<Seated[]> {
  const rows = await tx.peersIn([cidrId])
  return rows.map((row) => ({ name: row.name, address: addressIn(row.address) }))
}

/** The same peers at their IPv6 addresses; those that have none are left out. */
export async function seated6In(tx: Writer, cidrId: number): Promise<Seated[]> {
  const rows = await tx.peersIn([cidrId])
  return rows.flatMap(({ name, address6 }) => (address6 === null ? [] : [{ name, address: addressIn(address6) }]))
}

/** The addresses inside a prefix that are in use or kept for a deleted peer. */
export async function takenIn(tx: Writer, prefix: string): Promise<Taken[]> {
  const rows = await tx.addressesIn(prefix)
  return rows.map((row) => ({ name: row.name, address: addressIn(row.address), deleted: row.deleted }))
}

/** Refuses a name that another CIDR of the network has. */
export function refuseTakenName(
  tree: Tree,
  name: string,
  { exceptId, field = 'name' }: { exceptId?: number; field?: string } = {},
): void {
  const holder = tree.byName(name)
  if (!holder || holder.id === exceptId) return
  throw new Refusal('conflict', `There already is a CIDR named ${name}; choose another name.`, field)
}

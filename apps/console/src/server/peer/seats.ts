import { type Address, addressProblem, formatAddress, formatPrefix, freeAddresses, type Tree } from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type PeerRow, Refusal } from '@warren/protocol'
import { addressIn, takenIn } from '../cidr/plan.ts'

/**
 * An address in a CIDR for each of these peers: the present one where it may stay, else the next free one.
 * @throws Refusal rule-broken (cidrId) when they do not all fit, saying how many do
 */
export async function seatsFor(
  tx: Writer,
  tree: Tree,
  { cidrId, peers }: { cidrId: number; peers: readonly PeerRow[] },
): Promise<{ id: number; address: string }[]> {
  const [cidr] = tree.ancestors(cidrId)
  if (!cidr) throw new Error(`there is no CIDR ${cidrId}`)
  const prefix = formatPrefix(cidr.prefix)
  const staying = new Map<number, Address>()
  for (const { id, address } of peers) {
    const present = addressIn(address)
    if (addressProblem(tree, cidrId, present, []) === null) staying.set(id, present)
  }
  // A place that a peer of these has is either kept, or lies elsewhere: nobody gets what another one leaves.
  const taken = new Set((await takenIn(tx, prefix)).map(({ address }) => address.value))
  const children = tree.children(cidrId).map((child) => child.prefix)
  const free = freeAddresses(cidr.prefix, children, taken)
  const seats = peers.flatMap(({ id }) => {
    const address = staying.get(id) ?? free.next().value
    return address ? [{ id, address: formatAddress(address) }] : []
  })
  if (seats.length === peers.length) return seats
  throw new Refusal(
    'rule-broken',
    `${cidr.name} (${prefix}) has room for ${seats.length} of these ${peers.length} peers; enlarge it, choose fewer of them, or release addresses of deleted peers.`,
    'cidrId',
  )
}

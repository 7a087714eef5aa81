import {
  explainSplitPlan,
  formatAddress,
  formatPrefix,
  type Plans,
  type Seated,
  type SecondPiece,
  type SplitPiece,
  type SplitPlanProblem,
  secondPieces,
  splitPieces,
  splitPlanProblem,
  type Tree,
} from '@warren/cidr'
import type { Writer } from '@warren/db'
import { type CidrRow, type PeerRow, Refusal, type SplitCidr } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { seekersOf } from './ipv6-seats.ts'
import { addressIn, cidrOf, plansOf, refuseTakenName, takenIn } from './plan.ts'

/**
 * Fills a CIDR with equal children, named by address. Its peers keep their addresses and come to sit in the part that
 * holds them; where the CIDR has an IPv6 prefix each child gets an equal part of that too, and a peer whose IPv6 address
 * is not in the part of its child gets another one there. One that has children already is not split: cutting across them
 * would move what people have named.
 * @throws Refusal not-found (cidrId), conflict (names), rule-broken (names for a count that does not divide it; cidrId
 * naming the children or the peer in the way)
 */
export function splitCidr(ctx: Ctx, input: SplitCidr): Promise<CidrRow[]> {
  const { networkId, names } = input
  return write(ctx, { networkId, kind: 'cidr.split' }, async (tx) => {
    const plans = plansOf(await tx.cidrs())
    const tree = plans.first
    const cidr = cidrOf(tree, input.cidrId, 'cidrId')
    refuseNames(tree, names)
    const peers = (await tx.peersIn([cidr.id])).map((row) => ({ name: row.name, address: addressIn(row.address), row }))
    const problem = splitPlanProblem(cidr, tree.children(cidr.id), names.length, peers)
    if (problem) throw new Refusal('rule-broken', explainSplitPlan(problem), fieldOf(problem))

    const pieces = splitPieces(cidr.prefix, names.length, peers)
    const pieces6 = await piecesOfSecond(tx, plans, { id: cidr.id, pieces })
    const made: CidrRow[] = []
    for (const [at, part] of pieces.entries()) {
      const name = names[at] ?? ''
      const prefix = formatPrefix(part.prefix)
      const part6 = pieces6?.[at]
      const prefix6 = part6 ? formatPrefix(part6.prefix) : null
      // Who sits in an isolated CIDR goes on being kept from neighbours.
      const row = await tx.insert('cidrs', { parentId: cidr.id, name, prefix, prefix6, isolated: cidr.isolated })
      await tx.updateMany(
        'peers',
        part.peers.map(({ row: { id } }) => ({ id, patch: { cidrId: row.id, address6: seatIn(part6, id) } })),
      )
      made.push(row)
    }
    return made
  })
}

type Member = Seated & { readonly row: PeerRow }

/** What the pieces get of the CIDR's IPv6 prefix; null where it has none. */
async function piecesOfSecond(
  tx: Writer,
  { second }: Plans,
  { id, pieces }: { id: number; pieces: readonly SplitPiece<Member>[] },
): Promise<SecondPiece[] | null> {
  const cidr6 = second?.get(id)
  if (!cidr6) return null
  const taken = new Set((await takenIn(tx, formatPrefix(cidr6.prefix))).map(({ address }) => address.value))
  const seekers = pieces.map(({ peers }) => seekersOf(peers.map(({ row }) => row)))
  const pieces6 = secondPieces(cidr6, seekers, taken)
  if (pieces6.ok) return pieces6.value
  throw new Refusal('rule-broken', explainSplitPlan(pieces6.problem), fieldOf(pieces6.problem))
}

function seatIn(piece: SecondPiece | undefined, id: number): string | null {
  const address = piece?.seats.get(id)
  return address ? formatAddress(address) : null
}

/** @throws Refusal conflict (names) for one that another CIDR has, or that comes twice */
function refuseNames(tree: Tree, names: readonly string[]): void {
  for (const [at, name] of names.entries()) {
    refuseTakenName(tree, name, { field: 'names' })
    if (names.indexOf(name) !== at) {
      throw new Refusal('conflict', `Two parts cannot both be named ${name}; choose another name.`, 'names')
    }
  }
}

const fieldOf = ({ kind }: SplitPlanProblem): string =>
  kind === 'not-a-power-of-two' || kind === 'too-small' ? 'names' : 'cidrId'

import {
  explainSplitPlan,
  formatPrefix,
  type SplitPlanProblem,
  splitPieces,
  splitPlanProblem,
  type Tree,
} from '@warren/cidr'
import { type CidrRow, Refusal, type SplitCidr } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { write } from '../write.ts'
import { addressIn, cidrOf, refuseTakenName, treeOf } from './plan.ts'

/**
 * Fills a CIDR with equal children, named by address. Its peers keep their addresses and come to sit in the part that
 * holds them. One that has children already is not split: cutting across them would move what people have named.
 * @throws Refusal not-found (cidrId), conflict (names), rule-broken (names for a count that does not divide it; cidrId
 * naming the children or the peer in the way)
 */
export function splitCidr(ctx: Ctx, input: SplitCidr): Promise<CidrRow[]> {
  const { networkId, names } = input
  return write(ctx, { networkId, kind: 'cidr.split' }, async (tx) => {
    const tree = treeOf(await tx.cidrs())
    const cidr = cidrOf(tree, input.cidrId, 'cidrId')
    refuseNames(tree, names)
    const peers = (await tx.peersIn([cidr.id])).map(({ id, name, address }) => ({
      id,
      name,
      address: addressIn(address),
    }))
    const problem = splitPlanProblem(cidr, tree.children(cidr.id), names.length, peers)
    if (problem) throw new Refusal('rule-broken', explainSplitPlan(problem), fieldOf(problem))

    const made: CidrRow[] = []
    for (const [at, part] of splitPieces(cidr.prefix, names.length, peers).entries()) {
      const name = names[at] ?? ''
      const prefix = formatPrefix(part.prefix)
      // Who sits in an isolated CIDR goes on being kept from neighbours.
      const row = await tx.insert('cidrs', { parentId: cidr.id, name, prefix, isolated: cidr.isolated })
      await tx.updateMany(
        'peers',
        part.peers.map(({ id }) => ({ id, patch: { cidrId: row.id } })),
      )
      made.push(row)
    }
    return made
  })
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

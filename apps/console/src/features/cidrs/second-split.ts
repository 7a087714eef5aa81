import {
  type CidrNode,
  formatPrefix,
  type Result,
  type SecondPiece,
  type SplitPlanProblem,
  secondPieces,
  splitPieces,
} from '@warren/cidr'
import { addressIn, type Plan } from '~/features/network/plan.ts'
import { taken6By } from '~/features/peers/address.ts'

/** What a piece of a CIDR that is split gets of its IPv6 prefix, and how many peers get another address with it. */
export type SecondNote = { readonly prefix: string; readonly renumbered: number }

/** The pieces' parts of a CIDR's IPv6 prefix, or why it has none for them; null where the CIDR has no IPv6 prefix. */
export function secondParts(
  plan: Plan,
  node: CidrNode,
  pieces: number,
): Result<SecondPiece[], SplitPlanProblem> | null {
  const node6 = plan.plans.second?.get(node.id)
  if (!node6) return null
  const peers = plan.membersIn(node.id).map((peer) => ({ ...peer, address: peer.at }))
  const seekers = splitPieces(node.prefix, pieces, peers).map((piece) =>
    piece.peers.map(({ id, address6 }) => ({ id, present: address6 === null ? null : addressIn(address6) })),
  )
  return secondPieces(node6, seekers, new Set(taken6By(plan).map(({ address }) => address.value)))
}

/** The same in the words of the form. */
export function secondNotes(plan: Plan, node: CidrNode, pieces: number): SecondNote[] | null {
  const parts = secondParts(plan, node, pieces)
  if (!parts?.ok) return null
  return parts.value.map(({ prefix, seats }) => ({
    prefix: formatPrefix(prefix),
    renumbered: [...seats].filter(([id, at]) => {
      const present = plan.member(id)?.address6 ?? null
      return present !== null && addressIn(present).value !== at.value
    }).length,
  }))
}

import { type Address, bitsOf } from './address.ts'
import { type AssignProblem, assignable, explainAssign } from './assign.ts'
import type { Seated } from './peer-address.ts'
import { formatPrefix, holds, type Prefix, split } from './prefix.ts'
import { no, ok, type Result } from './result.ts'
import { type Seeker, seatAll } from './seat-all.ts'
import { NARROWEST_SECOND } from './second-plan.ts'
import type { CidrNode } from './tree.ts'
import { listed } from './words.ts'

export type SplitPlanProblem =
  | { readonly kind: 'not-a-power-of-two'; readonly pieces: number }
  | { readonly kind: 'too-small'; readonly cidr: string; readonly prefix: string; readonly pieces: number }
  | { readonly kind: 'has-children'; readonly cidr: string; readonly children: readonly string[] }
  | { readonly kind: 'peer-not-assignable'; readonly peer: string; readonly why: AssignProblem }
  | { readonly kind: 'no-room'; readonly cidr: string; readonly piece: string; readonly peers: number }

/** A piece of a CIDR that is split, and those of the CIDR's peers that come to sit in it. */
export type SplitPiece<P extends Seated> = { readonly prefix: Prefix; readonly peers: readonly P[] }

/** Chosen: what a person can still name. */
export const MOST_PIECES = 256

/**
 * The reason a CIDR may not be split into so many equal children that fill it, or null when it may. `peersIn` sit
 * directly in it and have to be assignable where they come to sit (DESIGN, “Rules of the tree”).
 */
export function splitPlanProblem(
  cidr: CidrNode,
  children: readonly CidrNode[],
  pieces: number,
  peersIn: readonly Seated[],
): SplitPlanProblem | null {
  if (!Number.isInteger(Math.log2(pieces)) || pieces < 2 || pieces > MOST_PIECES) {
    return { kind: 'not-a-power-of-two', pieces }
  }
  if (children.length > 0) return { kind: 'has-children', cidr: cidr.name, children: children.map((one) => one.name) }
  if (cidr.prefix.width + Math.log2(pieces) > bitsOf(cidr.prefix.family)) {
    return { kind: 'too-small', cidr: cidr.name, prefix: formatPrefix(cidr.prefix), pieces }
  }
  for (const { prefix, peers } of splitPieces(cidr.prefix, pieces, peersIn)) {
    for (const peer of peers) {
      const why = assignable(prefix, peer.address)
      if (why) return { kind: 'peer-not-assignable', peer: peer.name, why }
    }
  }
  return null
}

/** The equal pieces of a prefix by address, each with its peers; none when it is too small to be cut so often. */
export function splitPieces<P extends Seated>(prefix: Prefix, pieces: number, peersIn: readonly P[]): SplitPiece<P>[] {
  const cut = split(prefix, prefix.width + Math.log2(pieces))
  if (!cut.ok) return []
  return cut.value.map((piece) => ({ prefix: piece, peers: peersIn.filter((peer) => holds(piece, peer.address)) }))
}

/** The same piece in the IPv6 plan: its prefix there, and where its peers come to sit. */
export type SecondPiece = { readonly prefix: Prefix; readonly seats: ReadonlyMap<number, Address> }

/**
 * The equal pieces of a CIDR of the IPv6 plan for those of the IPv4 one, whose peers are given piece by piece. A peer
 * keeps its IPv6 address only in the piece that it comes to sit in; else it gets the next free one there. `taken` as in
 * `seatAll`.
 */
export function secondPieces(
  cidr: CidrNode,
  peersByPiece: readonly (readonly Seeker[])[],
  taken: ReadonlySet<bigint>,
): Result<SecondPiece[], SplitPlanProblem> {
  const pieces = peersByPiece.length
  const width = cidr.prefix.width + Math.log2(pieces)
  const cut = width > NARROWEST_SECOND ? null : split(cidr.prefix, width)
  if (!cut?.ok) return no({ kind: 'too-small', cidr: cidr.name, prefix: formatPrefix(cidr.prefix), pieces })
  const made: SecondPiece[] = []
  for (const [at, prefix] of cut.value.entries()) {
    const peers = peersByPiece[at] ?? []
    const seats = new Map<number, Address>()
    for (const [id, address] of seatAll({ prefix, children: [] }, peers, taken)) if (address) seats.set(id, address)
    if (seats.size < peers.length) {
      return no({ kind: 'no-room', cidr: cidr.name, piece: formatPrefix(prefix), peers: peers.length })
    }
    made.push({ prefix, seats })
  }
  return ok(made)
}

/** The problem as one sentence. */
export function explainSplitPlan(problem: SplitPlanProblem): string {
  switch (problem.kind) {
    case 'not-a-power-of-two':
      return `A CIDR is split into 2, 4, 8 and so on up to ${MOST_PIECES} pieces, not ${problem.pieces}.`
    case 'too-small':
      return `${problem.cidr} (${problem.prefix}) is too small for ${problem.pieces} pieces.`
    case 'has-children':
      return `${problem.cidr} is divided already, into ${listed(problem.children)}; split one of these.`
    case 'peer-not-assignable':
      return `Move ${problem.peer} first: ${explainAssign(problem.why)}`
    case 'no-room':
      return `The piece ${problem.piece} of ${problem.cidr} is too small for its ${problem.peers} peers.`
  }
}

import { type Address, formatAddress } from './address.ts'
import { type AssignProblem, assignable, explainAssign } from './assign.ts'
import { formatPrefix, holds } from './prefix.ts'
import type { Tree } from './tree.ts'

/** A peer and where it sits; what the rules need to name it in a sentence. */
export type Seated = { readonly name: string; readonly address: Address }

/** An address of the network that is in use, or that a deleted peer left behind. */
export type Taken = Seated & { readonly deleted?: boolean }

export type PeerAddressProblem =
  | { readonly kind: 'outside-cidr'; readonly address: string; readonly cidr: string; readonly prefix: string }
  | { readonly kind: 'in-child'; readonly address: string; readonly child: string }
  | { readonly kind: 'not-assignable'; readonly why: AssignProblem }
  | { readonly kind: 'taken'; readonly address: string; readonly by: string }
  | { readonly kind: 'kept-for-deleted'; readonly address: string; readonly by: string }

/**
 * The reason a peer in CIDR `cidrId` may not have this address, or null when it may (DESIGN, “Rules of the tree”).
 * `taken` are all addresses of the network except the peer's own, those of deleted peers included.
 */
export function addressProblem(
  tree: Tree,
  cidrId: number,
  address: Address,
  taken: readonly Taken[],
): PeerAddressProblem | null {
  const spelled = formatAddress(address)
  const [cidr] = tree.ancestors(cidrId)
  if (!cidr || !holds(cidr.prefix, address)) {
    return {
      kind: 'outside-cidr',
      address: spelled,
      cidr: cidr?.name ?? '',
      prefix: cidr ? formatPrefix(cidr.prefix) : '',
    }
  }
  const owner = tree.ofAddress(address)
  if (owner && owner.id !== cidrId) return { kind: 'in-child', address: spelled, child: owner.name }

  const why = assignable(cidr.prefix, address)
  if (why) return { kind: 'not-assignable', why }

  const holder = taken.find((other) => other.address.family === address.family && other.address.value === address.value)
  if (!holder) return null
  return { kind: holder.deleted ? 'kept-for-deleted' : 'taken', address: spelled, by: holder.name }
}

/** The problem as one sentence. */
export function explainAddressProblem(problem: PeerAddressProblem): string {
  switch (problem.kind) {
    case 'outside-cidr':
      return `${problem.address} is not inside ${problem.cidr} (${problem.prefix}).`
    case 'in-child':
      return `${problem.address} belongs to ${problem.child}; add the peer there or choose another address.`
    case 'not-assignable':
      return explainAssign(problem.why)
    case 'taken':
      return `${problem.address} is taken by ${problem.by}.`
    case 'kept-for-deleted':
      return `${problem.address} belonged to ${problem.by}, which was deleted; release the address before using it again.`
  }
}

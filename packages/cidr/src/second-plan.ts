import { type Address, formatAddress } from './address.ts'
import {
  addressProblem,
  explainAddressProblem,
  type PeerAddressProblem,
  type Seated,
  type Taken,
} from './peer-address.ts'
import { adopts, explainPlacement, type PlacementProblem, placementProblem } from './placement.ts'
import { formatPrefix, type Prefix } from './prefix.ts'
import { explainResize, type ResizeProblem, resizeProblem } from './resize.ts'
import { buildTree, type CidrNode, type Tree } from './tree.ts'
import { listed } from './words.ts'

/** A CIDR that may have an IPv6 prefix beside its IPv4 one. */
export type DualNode = CidrNode & { readonly prefix6: Prefix | null }

/**
 * The address plans of a network. `first` has all its CIDRs. `second` has those with an IPv6 prefix beside an IPv4 one,
 * under the same ids and parents and with that prefix as theirs, so that every rule of trees holds in it too; null where
 * the root has none, and with it nobody.
 */
export type Plans = { readonly first: Tree; readonly second: Tree | null }

/** Narrower than this a second prefix is of no use: it holds a peer or two and cannot be divided. */
export const NARROWEST_SECOND = 126

/** The usual IPv6 subnet (RFC 4291, section 2.5.1). */
export const SUBNET = 64

export type SecondProblem =
  | { readonly kind: 'no-second-family'; readonly root: string }
  | { readonly kind: 'not-ipv6'; readonly prefix: string }
  | { readonly kind: 'too-narrow'; readonly prefix: string }
  | { readonly kind: 'parent-has-none'; readonly cidr: string; readonly parent: string }
  | { readonly kind: 'inside-has-some'; readonly cidr: string; readonly children: readonly string[] }
  | { readonly kind: 'leaves-out'; readonly prefix: string; readonly children: readonly string[] }
  | { readonly kind: 'takes-in'; readonly prefix: string; readonly children: readonly string[] }
  | { readonly kind: 'placement'; readonly why: PlacementProblem }
  | { readonly kind: 'resize'; readonly why: ResizeProblem }

/** Builds both plans, in any order of nodes. Throws when one of them is no tree: that is a bug elsewhere. */
export function buildPlans(nodes: readonly DualNode[]): Plans {
  const inSecond = nodes.flatMap(({ prefix6, ...node }) => (prefix6 ? [{ ...node, prefix: prefix6 }] : []))
  return { first: buildTree(nodes), second: inSecond.length > 0 ? buildTree(inSecond) : null }
}

/**
 * The reason a new CIDR `name` under `parent`, with the IPv4 `prefix`, may not have `prefix6` (null: none) beside it; null
 * when it may. It takes in the same children in both plans. `peersInParent` sit directly in `parent`, at their IPv6
 * addresses.
 */
export function secondPlacementProblem(
  plans: Plans,
  place: { name: string; parent: CidrNode; prefix: Prefix; prefix6: Prefix | null },
  peersInParent: readonly Seated[],
): SecondProblem | null {
  const { second } = plans
  const { name, parent, prefix, prefix6 } = place
  const adopted = adopts(plans.first, parent, prefix).filter((child) => second?.get(child.id))
  if (!prefix6) return adopted.length > 0 ? { kind: 'inside-has-some', cidr: name, children: names(adopted) } : null

  const odd = formProblem(plans, prefix6)
  if (odd) return odd
  const parent6 = second?.get(parent.id)
  if (!second || !parent6) return { kind: 'parent-has-none', cidr: name, parent: parent.name }
  const why = placementProblem(second, parent6, prefix6, peersInParent)
  if (why) return { kind: 'placement', why }
  return differenceProblem(prefix6, { wanted: adopted, got: adopts(second, parent6, prefix6) })
}

/**
 * The reason CIDR `id` may not have `prefix6` beside its IPv4 prefix from now on (null: none), or null when it may.
 * `peersIn` sit directly in it, `peersInParent` directly in its parent, at their IPv6 addresses; those without one fit.
 */
export function secondChangeProblem(
  plans: Plans,
  change: { id: number; prefix6: Prefix | null },
  seated: { peersIn: readonly Seated[]; peersInParent: readonly Seated[] },
): SecondProblem | null {
  const { second } = plans
  const { id, prefix6 } = change
  const [cidr, parent] = plans.first.ancestors(id)
  const now = second?.get(id) ?? null
  if (!cidr) return null
  if (!prefix6) {
    const inside = now && second ? second.children(id) : []
    return inside.length > 0 ? { kind: 'inside-has-some', cidr: cidr.name, children: names(inside) } : null
  }
  const odd = formProblem(plans, prefix6)
  if (odd) return odd
  if (now && second) {
    const why = resizeProblem(second, id, prefix6, seated.peersIn, seated.peersInParent)
    return why ? { kind: 'resize', why } : null
  }
  if (!parent) return null
  const parent6 = second?.get(parent.id)
  if (!second || !parent6) return { kind: 'parent-has-none', cidr: cidr.name, parent: parent.name }
  const why = placementProblem(second, parent6, prefix6, seated.peersInParent)
  if (why) return { kind: 'placement', why }
  return differenceProblem(prefix6, { wanted: [], got: adopts(second, parent6, prefix6) })
}

/** What is wrong with a second prefix wherever it is to go. */
function formProblem({ first }: Plans, prefix6: Prefix): SecondProblem | null {
  const spelled = formatPrefix(prefix6)
  if (first.root.prefix.family === 6) return { kind: 'no-second-family', root: first.root.name }
  if (prefix6.family !== 6) return { kind: 'not-ipv6', prefix: spelled }
  return prefix6.width > NARROWEST_SECOND ? { kind: 'too-narrow', prefix: spelled } : null
}

/** A CIDR has the same children in both plans, as far as these have an IPv6 prefix. */
function differenceProblem(
  prefix6: Prefix,
  { wanted, got }: { wanted: readonly CidrNode[]; got: readonly CidrNode[] },
): SecondProblem | null {
  const prefix = formatPrefix(prefix6)
  const out = wanted.filter(({ id }) => !got.some((other) => other.id === id))
  if (out.length > 0) return { kind: 'leaves-out', prefix, children: names(out) }
  const more = got.filter(({ id }) => !wanted.some((other) => other.id === id))
  return more.length > 0 ? { kind: 'takes-in', prefix, children: names(more) } : null
}

const names = (nodes: readonly CidrNode[]): string[] => nodes.map((node) => node.name)

/** The problem as one sentence. */
export function explainSecond(problem: SecondProblem): string {
  switch (problem.kind) {
    case 'no-second-family':
      return `${problem.root} is an IPv6 network as it is; a second prefix is for an IPv4 one.`
    case 'not-ipv6':
      return `${problem.prefix} is not an IPv6 prefix, such as fd12:3456:789a::/48.`
    case 'too-narrow':
      return `${problem.prefix} is too small for a CIDR; choose /${NARROWEST_SECOND} or larger.`
    case 'parent-has-none':
      return `${problem.parent} has no IPv6 prefix that ${problem.cidr} could have a part of; give it one first.`
    case 'inside-has-some':
      return `${problem.cidr} needs an IPv6 prefix as long as what is inside has one: ${listed(problem.children)}.`
    case 'leaves-out':
      return `${problem.prefix} leaves out the IPv6 prefixes of CIDRs that would be inside: ${listed(problem.children)}.`
    case 'takes-in':
      return `${problem.prefix} covers the IPv6 prefixes of CIDRs that would not be inside: ${listed(problem.children)}.`
    case 'placement':
      return explainPlacement(problem.why)
    case 'resize':
      return explainResize(problem.why)
  }
}

export type SecondAddressProblem =
  | PeerAddressProblem
  | { readonly kind: 'no-ipv6-here'; readonly address: string; readonly cidr: string }

/**
 * The reason a peer in CIDR `cidrId` may not have this IPv6 address beside its IPv4 one, or null when it may. `taken` as
 * in `addressProblem`.
 */
export function secondAddressProblem(
  { first, second }: Plans,
  { cidrId, address }: { cidrId: number; address: Address },
  taken: readonly Taken[],
): SecondAddressProblem | null {
  if (second?.get(cidrId)) return addressProblem(second, cidrId, address, taken)
  return { kind: 'no-ipv6-here', address: formatAddress(address), cidr: first.get(cidrId)?.name ?? '' }
}

/** The problem as one sentence. */
export function explainSecondAddress(problem: SecondAddressProblem): string {
  return problem.kind === 'no-ipv6-here'
    ? `${problem.cidr} has no IPv6 prefix that ${problem.address} could be in.`
    : explainAddressProblem(problem)
}

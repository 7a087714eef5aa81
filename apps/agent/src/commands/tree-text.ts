import { type Address, compareAddresses, comparePrefixes, type Prefix, parseAddress, parsePrefix } from '@warren/cidr'
import type { CidrEntry, PeerEntry, ViewState } from '@warren/protocol'
import { addressesOf } from '../plan/view-problem.ts'

/** A line of the tree and what hangs below it. */
type Branch = { readonly label: string; readonly below: readonly Branch[] }

/** The part of the address plan that a view names, as a tree: CIDRs in order of their prefixes, peers above their sub-CIDRs. */
export function treeText(view: ViewState, ownId: number): string {
  const known = new Set(view.cidrs.keys())
  const roots = [...view.cidrs.values()].filter((cidr) => cidr.parent === null || !known.has(cidr.parent))
  const lost = [...view.peers.values()].filter((peer) => !known.has(peer.cidr))
  const branches = [...inOrder(roots).map((cidr) => branchOf(view, cidr, ownId)), ...peerBranches(lost, ownId)]
  return branches.map((branch) => `${branch.label}\n${drawn(branch.below, '')}`).join('')
}

function branchOf(view: ViewState, cidr: CidrEntry, ownId: number): Branch {
  const children = [...view.cidrs.values()].filter((other) => other.parent === cidr.id)
  const peers = [...view.peers.values()].filter((peer) => peer.cidr === cidr.id)
  return {
    label: [cidr.name, cidr.prefix, ...(cidr.prefix6 === undefined ? [] : [cidr.prefix6])].join(' '),
    below: [...peerBranches(peers, ownId), ...inOrder(children).map((child) => branchOf(view, child, ownId))],
  }
}

const peerBranches = (peers: readonly PeerEntry[], ownId: number): Branch[] =>
  [...peers]
    .sort((a, b) => compareAddresses(addressOf(a.ip), addressOf(b.ip)))
    .map((peer) => ({ label: `· ${peer.name} ${addressesOf(peer).join(' ')}${mark(peer, ownId)}`, below: [] }))

function mark(peer: PeerEntry, ownId: number): string {
  if (peer.id === ownId) return ' (this node)'
  return peer.hub && peer.name !== 'hub' ? ' (hub)' : ''
}

function drawn(branches: readonly Branch[], indent: string): string {
  return branches
    .map(({ label, below }, at) => {
      const last = at === branches.length - 1
      return `${indent}${last ? '└── ' : '├── '}${label}\n${drawn(below, `${indent}${last ? '    ' : '│   '}`)}`
    })
    .join('')
}

const inOrder = (cidrs: readonly CidrEntry[]): CidrEntry[] =>
  [...cidrs].sort((a, b) => comparePrefixes(prefixOf(a.prefix), prefixOf(b.prefix)))

function prefixOf(text: string): Prefix {
  const prefix = parsePrefix(text)
  if (!prefix.ok) throw new Error(`${text} is not a prefix, though a schema let it pass`)
  return prefix.value
}

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (!address.ok) throw new Error(`${text} is not an address, though a schema let it pass`)
  return address.value
}

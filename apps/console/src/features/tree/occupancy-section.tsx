'use client'

import { assignableCount, type CidrNode, formatPrefix, occupancy, type Prefix } from '@warren/cidr'
import { freeIn } from '~/features/cidrs/sizes.ts'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Fact, Facts, Section } from '~/ui/facts.tsx'
import { count, percent } from '~/ui/format.ts'
import { Tip } from '~/ui/tip.tsx'
import type { TreeState } from './tree-state.ts'

/** How full a CIDR is, and where there is room: each free block can be chosen for a CIDR. */
export function OccupancySection({ node, state }: { node: CidrNode; state: TreeState }) {
  const { plan, presence } = useNetwork()
  const heads = presence.within(node.id)
  const children = plan.tree.children(node.id).map((child) => child.prefix)
  const direct = plan.membersIn(node.id).length
  const room = assignableCount(node.prefix, children)
  return (
    <Section title="Addresses">
      <Facts>
        <Fact name="Peers">{heads.all === 0 ? 'none' : `${count(heads.all)}, ${count(heads.online)} online`}</Fact>
        <Fact name={children.length > 0 ? 'Directly in it' : 'Addresses'}>
          {count(direct)} of {count(room)} used
        </Fact>
        {children.length > 0 && (
          <Fact name="In smaller CIDRs">
            {percent(occupancy(node.prefix, children))} in {children.length}
          </Fact>
        )}
        <FreeBlocks node={node} state={state} />
      </Facts>
    </Section>
  )
}

/** As many blocks as two lines hold. */
const BLOCKS = 4

function FreeBlocks({ node, state }: { node: CidrNode; state: TreeState }) {
  const { plan } = useNetwork()
  const all = freeIn(plan, node)
  const largest = [...all].sort((a, b) => a.width - b.width || (a.first < b.first ? -1 : 1)).slice(0, BLOCKS)
  const rest = all.length - largest.length
  return (
    <Fact name="Free">
      {largest.length === 0 && 'none'}
      <ul aria-label={`Free blocks of ${node.name}`} className="flex flex-wrap justify-end gap-x-2.5">
        {largest.map((block) => (
          <li key={formatPrefix(block)}>
            <FreeBlock block={block} node={node} state={state} />
          </li>
        ))}
        {rest > 0 && <li className="text-muted">and {count(rest)} smaller</li>}
      </ul>
    </Fact>
  )
}

function FreeBlock({ block, node, state }: { block: Prefix; node: CidrNode; state: TreeState }) {
  const whyNot = useRights().whyNotInside(node.id)
  const text = formatPrefix(block)
  // The only free block of an empty CIDR is the CIDR itself: a child there would be its parent.
  if (whyNot || block.width === node.prefix.width) return <span className="mono">{text}</span>
  return (
    <Tip text="Add a CIDR here">
      <button
        type="button"
        aria-label={`Add a CIDR at ${text}`}
        onClick={() => state.act({ kind: 'add', at: text })}
        className="mono rounded-sm decoration-dotted underline-offset-2 hover:text-accent hover:underline"
      >
        {text}
      </button>
    </Tip>
  )
}

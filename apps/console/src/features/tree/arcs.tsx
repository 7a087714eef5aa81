'use client'

import type { Tree } from '@warren/cidr'
import type { AssociationRow } from '@warren/protocol'
import { clsx } from 'clsx'
import { useNetwork } from '~/features/network/context.tsx'
import { arcPath, CARD, type Layout, type Placed, standIn } from './layout.ts'

type Arc = { key: number; from: Placed; to: Placed; weight: 'own' | 'inherited' | 'other' }

type ArcsProps = {
  layout: Layout
  tree: Tree
  selected: number
  /** Two CIDRs that are about to be associated. */
  planned: readonly [number, number] | null
}

/** Associations as dashed arcs; those of the selection in the accent, those that it inherits thinner. */
export function Arcs({ layout, tree, selected, planned }: ArcsProps) {
  const { plan } = useNetwork()
  const arcs = plan.associations.flatMap((association) => arcOf(association, { layout, tree, selected }))
  // The selection's are drawn last, over the others.
  const ordered = arcs.sort((a, b) => WEIGHTS.indexOf(a.weight) - WEIGHTS.indexOf(b.weight))
  const [from, to] = (planned ?? []).map((id) => standIn(layout, tree, id))
  return (
    <>
      {ordered.map((arc) => (
        <ArcLine key={arc.key} arc={arc} />
      ))}
      {from && to && from !== to && (
        <path
          d={arcPath(from, to)}
          className="animate-pulse fill-none stroke-accent stroke-2"
          strokeLinecap="round"
          strokeDasharray="1 5"
        />
      )}
    </>
  )
}

const WEIGHTS = ['other', 'inherited', 'own'] as const

function ArcLine({ arc: { from, to, weight } }: { arc: Arc }) {
  const end = (card: Placed) => (
    <circle
      cx={card.x + CARD.width}
      cy={card.y + CARD.height / 2}
      r={2}
      className={weight === 'other' ? 'fill-faint' : 'fill-accent'}
    />
  )
  return (
    <g className={clsx(weight === 'inherited' && 'opacity-60')}>
      <path
        d={arcPath(from, to)}
        strokeDasharray="3 3"
        className={clsx(
          'fill-none',
          weight === 'other' ? 'stroke-faint' : 'stroke-accent',
          weight === 'own' ? 'stroke-[1.75]' : 'stroke-1',
        )}
      />
      {end(from)}
      {end(to)}
    </g>
  )
}

function arcOf(
  association: AssociationRow,
  { layout, tree, selected }: { layout: Layout; tree: Tree; selected: number },
): Arc[] {
  const from = standIn(layout, tree, association.a)
  const to = standIn(layout, tree, association.b)
  // Both ends hidden in one collapsed CIDR: there is nothing to join.
  if (!from || !to || from === to) return []
  const touches = (id: number) => id === association.a || id === association.b
  const inherited = tree
    .ancestors(selected)
    .slice(1)
    .some((node) => touches(node.id))
  return [{ key: association.id, from, to, weight: touches(selected) ? 'own' : inherited ? 'inherited' : 'other' }]
}

'use client'

import type { Tree } from '@warren/cidr'
import type { AssociationRow } from '@warren/protocol'
import { clsx } from 'clsx'
import { memo, useMemo } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { columnsOf, type Route, routeOf } from './arc-routes.ts'
import { type Box, meets } from './camera.ts'
import { CARD, type Layout, type Placed, standIn } from './layout.ts'

type Arc = { key: number; route: Route; weight: 'own' | 'inherited' | 'other' }

type ArcsProps = {
  layout: Layout
  /** The part of the drawing that exists. */
  drawn: Box
  tree: Tree
  selected: number
  /** The CIDR that the selected one is about to be associated with. */
  other: number | null
}

/** As many arcs as are told apart; of more, those of the selection and as many others as fit. */
const MOST_OTHERS = 300

/** Associations as dashed arcs; those of the selection in the accent, those that it inherits thinner. */
export const Arcs = memo(function Arcs({ layout, drawn, tree, selected, other }: ArcsProps) {
  const { plan } = useNetwork()
  const columns = useMemo(() => columnsOf(layout), [layout])
  const arcs = useMemo(
    () => plan.associations.flatMap((row) => arcOf(row, { layout, tree, selected, columns, drawn })),
    [plan.associations, layout, tree, selected, columns, drawn],
  )
  const [from, to] = other === null ? [] : [selected, other].map((id) => standIn(layout, tree, id))
  // All others are one path: hundreds of elements would have to be painted anew with every step of the camera.
  const quiet = onePerPath(arcs.filter((arc) => arc.weight === 'other')).slice(0, MOST_OTHERS)
  return (
    <>
      <path
        d={quiet.map((arc) => arc.route.path).join('')}
        strokeDasharray="3 3"
        className="fill-none stroke-faint stroke-1"
      />
      <path
        d={quiet.flatMap((arc) => arc.route.ends.map(dot)).join('')}
        strokeLinecap="round"
        className="stroke-faint stroke-4"
      />
      {arcs.map((arc) => arc.weight === 'inherited' && <OwnArc key={arc.key} arc={arc} />)}
      {arcs.map((arc) => arc.weight === 'own' && <OwnArc key={arc.key} arc={arc} />)}
      {from && to && from !== to && (
        <path
          d={routeOf(from, to, columns).path}
          className="animate-pulse fill-none stroke-accent stroke-2 motion-reduce:animate-none"
          strokeLinecap="round"
          strokeDasharray="1 5"
        />
      )}
    </>
  )
})

/** Many associations of what is collapsed run between the same two cards. */
const onePerPath = (arcs: readonly Arc[]): Arc[] => [...new Map(arcs.map((arc) => [arc.route.path, arc])).values()]

const dot = ([x, y]: readonly [number, number]): string => `M${x} ${y}h0`

function OwnArc({ arc: { route, weight } }: { arc: Arc }) {
  return (
    <g className={clsx(weight === 'inherited' && 'opacity-70')}>
      <path
        d={route.path}
        strokeDasharray={weight === 'own' ? '4 3' : '2 3'}
        className={clsx('fill-none stroke-accent', weight === 'own' ? 'stroke-[1.75]' : 'stroke-1')}
      />
      <path d={route.ends.map(dot).join('')} strokeLinecap="round" className="stroke-accent stroke-[5]" />
    </g>
  )
}

type Among = Omit<ArcsProps, 'other'> & {
  columns: ReturnType<typeof columnsOf>
}

function arcOf(association: AssociationRow, { layout, tree, selected, columns, drawn }: Among): Arc[] {
  // A tree that is a draft or newer than the list may lack one of them.
  if (!tree.get(association.a) || !tree.get(association.b)) return []
  const from = standIn(layout, tree, association.a)
  const to = standIn(layout, tree, association.b)
  // Both ends hidden in one collapsed CIDR: there is nothing to join.
  if (!from || !to || from === to || !meets(around(from, to), drawn)) return []
  const touches = (id: number) => id === association.a || id === association.b
  const inherited = tree
    .ancestors(selected)
    .slice(1)
    .some((node) => touches(node.id))
  const weight = touches(selected) ? 'own' : inherited ? 'inherited' : 'other'
  return [{ key: association.id, route: routeOf(from, to, columns), weight }]
}

const around = (a: Placed, b: Placed): Box => ({
  x: Math.min(a.x, b.x),
  y: Math.min(a.y, b.y),
  width: Math.abs(a.x - b.x) + 2 * CARD.width,
  height: Math.abs(a.y - b.y) + CARD.height,
})

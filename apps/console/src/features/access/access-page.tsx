'use client'

import { useMemo, useState } from 'react'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { AssociateDialog } from './associate-dialog.tsx'
import { Associations } from './associations.tsx'
import { CellCard } from './cell-card.tsx'
import { Legend } from './legend.tsx'
import { type Cell, Matrix } from './matrix.tsx'
import { closedAtFirst, linesOf } from './matrix-cells.ts'
import { Question } from './question.tsx'

/** Who may reach whom: every CIDR against every other, a question about two peers, and the associations. */
export function AccessPage() {
  const { plan } = useNetwork()
  const [adding, setAdding] = useState(false)
  const [chosen, choose] = useState<Cell | null>(null)
  const beside = useMedia(PANEL_BESIDE)
  const [closed, setClosed] = useState(() => closedAtFirst(plan.tree))
  const lines = useMemo(() => linesOf(plan.tree, closed), [plan.tree, closed])
  const toggle = (id: number) => setClosed(toggled(closed, id))
  const show = (cell: Cell) => {
    setClosed(openedTo(plan.tree, closed, cell))
    choose(cell)
  }
  const panel = (
    <>
      <Question />
      {chosen && <CellCard key={`${chosen.x} ${chosen.y}`} cell={chosen} onShow={show} />}
      <Associations onAdd={() => setAdding(true)} onShow={show} />
    </>
  )
  const { whyNot } = useRights()
  const add = (
    <Button tone="solid" onClick={() => setAdding(true)} whyNot={whyNot}>
      Associate
    </Button>
  )
  const matrix = (
    <section aria-label="Matrix" className="flex min-h-0 min-w-0 flex-1 flex-col">
      <Matrix lines={lines} chosen={chosen} onChoose={choose} onToggle={toggle} />
      <Legend />
    </section>
  )
  return (
    <Page title="Access" actions={add}>
      {beside ? (
        <div className="flex min-h-0 flex-1">
          {matrix}
          <aside aria-label="About access" className="w-85 shrink-0 overflow-y-auto border-l bg-ground">
            {panel}
          </aside>
        </div>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto">
          {panel}
          <div className="flex h-[28rem] border-t">{matrix}</div>
        </div>
      )}
      {adding && <AssociateDialog first={chosen?.x} onClose={() => setAdding(false)} />}
    </Page>
  )
}

type Closed = ReadonlySet<number>

function toggled(closed: Closed, id: number): Closed {
  const next = new Set(closed)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Opens what hides either CIDR of a cell, and the two themselves. */
function openedTo(tree: ReturnType<typeof useNetwork>['plan']['tree'], closed: Closed, { x, y }: Cell): Closed {
  const next = new Set(closed)
  for (const id of [x, y]) if (tree.get(id)) for (const node of tree.ancestors(id)) next.delete(node.id)
  return next
}

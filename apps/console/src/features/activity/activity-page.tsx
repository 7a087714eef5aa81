'use client'

import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { isDone, type Receipt } from '~/features/receipts/words.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { Button } from '~/ui/button.tsx'
import { Empty, SkeletonRows } from '~/ui/empty.tsx'
import { count } from '~/ui/format.ts'
import { Sheet } from '~/ui/sheet.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { ChangePanel } from './change-panel.tsx'
import { DatedRow } from './change-row.tsx'
import { byDay } from './days.ts'
import { FilterBar } from './filter-bar.tsx'
import { useActivityFilter } from './use-activity-filter.ts'
import { useChanges } from './use-changes.ts'

/** What was done in the network, newest first; one change of it told in full beside. */
export function ActivityPage() {
  const [filter, setFilter] = useActivityFilter()
  const found = useChanges(filter)
  const beside = useMedia(PANEL_BESIDE)
  const { revision } = filter
  const select = (next: number | null) => setFilter({ revision: next })
  const panel = revision !== null && <ChangePanel revision={revision} among={found.changes} onSelect={select} />
  return (
    <Page title="Activity">
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <FilterBar filter={filter} onChange={setFilter} among={found.changes} />
          <div className="min-h-0 flex-1 overflow-y-auto">
            <div className="max-w-5xl px-1 py-2 nav:px-2">
              <Found {...found} selected={revision} onSelect={select} />
            </div>
          </div>
        </div>
        {beside && panel && (
          <aside aria-label="Selected change" className="w-96 shrink-0 overflow-y-auto border-l bg-ground">
            {panel}
          </aside>
        )}
        {!beside && (
          <Sheet side="bottom" title="Selected change" open={revision !== null} onClose={() => select(null)}>
            {panel}
          </Sheet>
        )}
      </div>
    </Page>
  )
}

type FoundProps = ReturnType<typeof useChanges> & {
  selected: number | null
  onSelect: (revision: number | null) => void
}

function Found({ query, changes, nothingAsked, selected, onSelect }: FoundProps) {
  if (nothingAsked) return <Empty title="There is no such peer or CIDR">Nothing was done to it.</Empty>
  if (query.isPending) return <SkeletonRows />
  if (query.error) return <Empty title="The activity cannot be shown">{sentenceOf(query.error)}</Empty>
  if (changes.length === 0) return <Empty title="Nothing like this was done yet">Choose another kind or person.</Empty>
  return (
    <>
      <Days changes={changes} selected={selected} onSelect={onSelect} />
      {query.hasNextPage && <More busy={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />}
    </>
  )
}

/** What day it is changes seldom. In milliseconds. */
const TICK_MS = 60_000

type DaysProps = Pick<FoundProps, 'changes' | 'selected' | 'onSelect'>

function Days({ changes, selected, onSelect }: DaysProps) {
  const days = byDay(changes, useServerNow(TICK_MS))
  const receipts = useRecentReceipts()
  return days.map((day) => (
    <section key={day.key} aria-label={day.title} className="mb-3">
      <h2 className="sticky top-0 z-10 bg-ground px-2 py-1 text-sm text-muted">{day.title}</h2>
      <ol aria-label={`Changes of ${day.title}`}>
        {day.items.map((change) => (
          <DatedRow
            key={change.revision}
            change={change}
            among={changes}
            selected={change.revision === selected}
            onSelect={() => onSelect(change.revision)}
            aside={<Progress receipt={receipts.get(change.revision)} />}
          />
        ))}
      </ol>
    </section>
  ))
}

/** As many receipts as the server tells at once. */
const RECENT = 50

function useRecentReceipts(): ReadonlyMap<number, Receipt> {
  const { plan } = useNetwork()
  const recent = useQuery(useTRPC().receipt.recent.queryOptions({ networkId: plan.network.id, limit: RECENT }))
  return new Map(recent.data?.map((receipt) => [receipt.revision, receipt]))
}

/** How far a change has come, where that is known; nothing for what nobody had to be told. */
function Progress({ receipt }: { receipt: Receipt | undefined }) {
  if (!receipt || receipt.affected === 0) return null
  const { affected, applied } = receipt
  return (
    <span className={`hidden shrink-0 nav:inline ${isDone(receipt) ? 'text-muted' : 'text-relayed-ink'}`}>
      {isDone(receipt) ? 'applied' : `${count(applied)} of ${count(affected)} applied`}
    </span>
  )
}

/** Asks for older changes when the end of the list comes into sight, or by hand. */
function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null)
  const more = useRef(onMore)
  more.current = onMore
  useEffect(() => {
    if (!end.current || busy) return
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && more.current())
    seen.observe(end.current)
    return () => seen.disconnect()
  }, [busy])
  return (
    <div ref={end} className="p-2">
      <Button busy={busy} onClick={onMore}>
        Show older changes
      </Button>
    </div>
  )
}

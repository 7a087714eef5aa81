'use client'

import { UserPlus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { PANEL_BESIDE, useMedia } from '~/ui/use-media.ts'
import { AddPeerDialog } from './dialogs.ts'
import { firstHome } from './first-home.ts'
import { columnsOf } from './peers-columns.ts'
import { isNarrowed, unfiltered } from './peers-filter.ts'
import { PeersFilters } from './peers-filters.tsx'
import { PeersGrid } from './peers-grid.tsx'
import { PeersList } from './peers-list.tsx'
import { peersShown } from './peers-rows.ts'
import { nothing, type Selection } from './peers-selection.ts'
import { PeersTools } from './peers-tools.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { useColumns } from './use-columns.ts'
import { usePeersFilter } from './use-peers-filter.ts'

/** All peers of a network: searched, filtered, sorted, and many of them changed at once. The address carries the filter. */
export function PeersPage() {
  const { plan, presence } = useNetwork()
  const [filter, setFilter] = usePeersFilter()
  const [selection, select] = useState<Selection>(nothing)
  const [adding, setAdding] = useState(false)
  const { shown, chosen, choose } = useColumns(columnsOf(plan))
  const peers = useMemo(() => peersShown(plan, presence, filter), [plan, presence, filter])
  const View = useMedia(PANEL_BESIDE) ? PeersGrid : PeersList
  const selected = useMemo(
    () => [...selection.ids].flatMap((id) => plan.member(id) ?? []).sort((a, b) => (a.at.value < b.at.value ? -1 : 1)),
    [plan, selection.ids],
  )
  const within = filter.within === '' ? null : plan.tree.byName(filter.within)
  const rights = useRights()
  const home = within?.id ?? firstHome(plan, rights.mayAddTo)
  const add = { onClick: () => setAdding(true), whyNot: rights.whyNotInside(home) }
  return (
    <Page title="Peers" actions={<AddButton {...add} />}>
      <PeersFilters filter={filter} setFilter={setFilter} shown={peers.length}>
        <PeersTools peers={peers} columns={shown} chosen={chosen} onChoose={choose} />
      </PeersFilters>
      {peers.length > 0 && (
        <View
          peers={peers}
          filter={filter}
          setFilter={setFilter}
          columns={shown}
          selection={selection}
          onSelect={select}
        />
      )}
      {peers.length === 0 && isNarrowed(filter) && (
        <Empty title="No peer matches" action={<Button onClick={() => setFilter(unfiltered)}>Show all peers</Button>}>
          Try another name, address, CIDR or endpoint, or fewer filters.
        </Empty>
      )}
      {plan.members.length === 1 && peers.length > 0 && (
        <Empty title="Only the hub so far" action={<Button {...add}>Add a peer</Button>}>
          Add a peer to get its invitation as a file, a token, an install line or a QR code.
        </Empty>
      )}
      {selected.length > 0 && (
        <SelectionBar peers={selected} hidden={hiddenOf(selected, peers)} onClear={() => select(nothing)} />
      )}
      {adding && <AddPeerDialog cidrId={home} onClose={() => setAdding(false)} />}
    </Page>
  )
}

/** How many of the selected peers a list does not show. */
function hiddenOf(selected: readonly Member[], peers: readonly Member[]): number {
  const shown = new Set(peers.map((peer) => peer.id))
  return selected.filter((peer) => !shown.has(peer.id)).length
}

function AddButton(props: { onClick: () => void; whyNot: string | null }) {
  return (
    <Button tone="solid" {...props}>
      <UserPlus aria-hidden className="nav:hidden" />
      <span className="sr-only nav:not-sr-only">Add peer</span>
    </Button>
  )
}

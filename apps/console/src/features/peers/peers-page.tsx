'use client'

import { Search, UserPlus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { stateWords } from '~/features/network/presence.ts'
import { Button } from '~/ui/button.tsx'
import { Empty } from '~/ui/empty.tsx'
import { Select, TextInput } from '~/ui/field.tsx'
import { count } from '~/ui/format.ts'
import { NAV_BESIDE, useMedia } from '~/ui/use-media.ts'
import { AddPeerDialog } from './dialogs.ts'
import { type PeerFilter, peerRows } from './peer-rows.ts'
import { PeersList } from './peers-list.tsx'
import { PeersTable } from './peers-table.tsx'
import { useFilter } from './use-filter.ts'

/** All peers of a network: searched, filtered, sorted. The address carries the filter. */
export function PeersPage() {
  const { plan, presence } = useNetwork()
  const [filter, setFilter] = useFilter()
  const [adding, setAdding] = useState(false)
  const rows = useMemo(() => peerRows(plan, presence, filter), [plan, presence, filter])
  const within = filter.within === '' ? null : plan.tree.byName(filter.within)
  return (
    <Page
      title="Peers"
      actions={
        <Button tone="solid" onClick={() => setAdding(true)}>
          <UserPlus aria-hidden className="nav:hidden" />
          <span className="sr-only nav:not-sr-only">Add peer</span>
        </Button>
      }
    >
      <Filters filter={filter} setFilter={setFilter} shown={rows.length} />
      {rows.length > 0 ? (
        <Rows rows={rows} filter={filter} setFilter={setFilter} />
      ) : (
        <Empty
          title="No peer matches"
          action={<Button onClick={() => setFilter({ q: '', within: '', state: '' })}>Show all peers</Button>}
        >
          Try another name, address or state.
        </Empty>
      )}
      {plan.members.length === 1 && rows.length > 0 && (
        <Empty title="Only the hub so far" action={<Button onClick={() => setAdding(true)}>Add a peer</Button>}>
          Add a peer to get its invitation as a file, a token, an install line or a QR code.
        </Empty>
      )}
      {adding && <AddPeerDialog cidrId={within?.id ?? firstHome(plan)} onClose={() => setAdding(false)} />}
    </Page>
  )
}

function Rows(props: Parameters<typeof PeersTable>[0]) {
  return useMedia(NAV_BESIDE) ? <PeersTable {...props} /> : <PeersList rows={props.rows} />
}

/** Where a new peer most likely goes: the first CIDR that is neither the root nor the hub's. */
function firstHome({ tree, membersIn }: ReturnType<typeof useNetwork>['plan']): number {
  const home = tree.nodes.find(
    (node) => node.parentId !== null && !membersIn(node.id).some((peer) => peer.kind === 'hub'),
  )
  return (home ?? tree.root).id
}

type FiltersProps = { filter: PeerFilter; setFilter: (patch: Partial<PeerFilter>) => void; shown: number }

function Filters({ filter, setFilter, shown }: FiltersProps) {
  const { plan } = useNetwork()
  return (
    <search className="flex flex-wrap items-center gap-2 border-b px-3 py-2 nav:px-4">
      <div className="relative w-full nav:w-64">
        <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-muted" />
        <TextInput
          type="search"
          aria-label="Search peers"
          placeholder="Name, address or CIDR"
          value={filter.q}
          onChange={(event) => setFilter({ q: event.target.value })}
          className="pl-8"
        />
      </div>
      <Select
        aria-label="CIDR"
        value={plan.tree.byName(filter.within)?.id ?? ''}
        onChange={(event) => setFilter({ within: plan.tree.get(Number(event.target.value))?.name ?? '' })}
        className="max-w-44 flex-1"
      >
        <option value="">All CIDRs</option>
        <CidrOptions tree={plan.tree} />
      </Select>
      <Select
        aria-label="State"
        value={filter.state}
        onChange={(event) => setFilter({ state: event.target.value })}
        className="max-w-36 flex-1"
      >
        <option value="">Any state</option>
        {stateWords.map((word) => (
          <option key={word}>{word}</option>
        ))}
      </Select>
      <p aria-live="polite" className="ml-auto text-sm text-muted">
        {shown === plan.members.length ? count(shown) : `${count(shown)} of ${count(plan.members.length)}`}
      </p>
    </search>
  )
}

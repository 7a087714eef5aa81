'use client'

import { ListFilter, Search } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { stateWords } from '~/features/network/presence.ts'
import { Button } from '~/ui/button.tsx'
import { Select, TextInput } from '~/ui/field.tsx'
import { count } from '~/ui/format.ts'
import { NAV_BESIDE, useMedia } from '~/ui/use-media.ts'
import { INNERNET, isNarrowed, type PeerFilter, STALE, stateGroups, unfiltered } from './peers-filter.ts'
import { versionsOf } from './peers-rows.ts'

type FiltersProps = {
  filter: PeerFilter
  setFilter: (patch: Partial<PeerFilter>) => void
  /** How many rows it lets through. */
  shown: number
  /** Stands at the end of the line. */
  children: ReactNode
}

/** The search and the filters above the list. On a phone the filters wait behind a button. */
export function PeersFilters({ filter, setFilter, shown, children }: FiltersProps) {
  const { plan } = useNetwork()
  const [opened, setOpened] = useState(false)
  const beside = useMedia(NAV_BESIDE)
  const all = plan.members.length
  return (
    <search className="flex flex-wrap items-center gap-2 border-b px-3 py-2 nav:px-4">
      <SearchBox value={filter.q} onChange={(q) => setFilter({ q })} />
      {!beside && (
        <Button onClick={() => setOpened(!opened)} aria-expanded={opened} className="h-8">
          <ListFilter aria-hidden /> Filter
        </Button>
      )}
      {(beside || opened) && <Choices filter={filter} setFilter={setFilter} />}
      {isNarrowed(filter) && (
        <Button tone="quiet" onClick={() => setFilter({ ...unfiltered, sort: filter.sort, down: filter.down })}>
          Clear
        </Button>
      )}
      <p aria-live="polite" className="ml-auto text-sm text-muted">
        {shown === all ? count(shown) : `${count(shown)} of ${count(all)}`}
      </p>
      {children}
    </search>
  )
}

function SearchBox({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <div className="relative min-w-0 flex-1 nav:max-w-64 nav:min-w-44">
      <Search aria-hidden className="absolute top-2 left-2.5 size-4 text-muted" />
      <TextInput
        type="search"
        aria-label="Search peers"
        placeholder="Name, address, CIDR"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="pl-8"
      />
    </div>
  )
}

const kinds = ['agent', 'device', 'hub'] as const

function Choices({ filter, setFilter }: Pick<FiltersProps, 'filter' | 'setFilter'>) {
  const { plan, presence } = useNetwork()
  const versions = useMemo(() => versionsOf(plan, presence), [plan, presence])
  // Two thousand options are not looked at again for each key that is typed beside them.
  const cidrs = useMemo(() => <CidrOptions tree={plan.tree} />, [plan.tree])
  const choice = (key: 'kind' | 'state' | 'admin' | 'version', label: string, any: string, options: ReactNode) => (
    <Select
      aria-label={label}
      value={filter[key]}
      onChange={(event) => setFilter({ [key]: event.target.value })}
      className="max-w-32 flex-1"
    >
      <option value="">{any}</option>
      {options}
    </Select>
  )
  return (
    <>
      <Select
        aria-label="CIDR"
        value={plan.tree.byName(filter.within)?.id ?? ''}
        onChange={(event) => setFilter({ within: plan.tree.get(Number(event.target.value))?.name ?? '' })}
        className="max-w-44 flex-1"
      >
        <option value="">All CIDRs</option>
        {cidrs}
      </Select>
      {choice('state', 'State', 'Any state', <StateOptions />)}
      {choice(
        'kind',
        'Kind',
        'Any kind',
        <>
          {kinds.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
          <option value={INNERNET}>innernet client</option>
          <option value={STALE}>device out of date</option>
        </>,
      )}
      {choice(
        'admin',
        'Admin',
        'Admin or not',
        <>
          <option value="yes">admins</option>
          <option value="no">not admins</option>
        </>,
      )}
      {(versions.length > 1 || filter.version !== '') &&
        choice(
          'version',
          'Version',
          'Any version',
          [...new Set([...versions, filter.version].filter(Boolean))].map((version) => (
            <option key={version}>{version}</option>
          )),
        )}
    </>
  )
}

function StateOptions() {
  return (
    <>
      {stateWords.map((word) => (
        <option key={word}>{word}</option>
      ))}
      <optgroup label="Several">
        {Object.entries(stateGroups).map(([key, { label }]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </optgroup>
    </>
  )
}

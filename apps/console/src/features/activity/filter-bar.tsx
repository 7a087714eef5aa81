'use client'

import type { Change } from '@warren/protocol'
import { useId, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import { Button } from '~/ui/button.tsx'
import { Select, TextInput } from '~/ui/field.tsx'
import { isKindGroup, type KindGroup, kindGroups } from './kinds.ts'
import { type ActivityFilter, suggestNames } from './use-activity-filter.ts'

type FilterBarProps = {
  filter: ActivityFilter
  onChange: (patch: Partial<ActivityFilter>) => void
  /** Changes at hand: who did them can be chosen. */
  among: readonly Change[]
}

/** Narrows the changes down to a kind, a person, a peer or a CIDR. */
export function FilterBar({ filter, onChange, among }: FilterBarProps) {
  const people = [...new Set([...among.map((change) => change.actor.name), ...(filter.who ? [filter.who] : [])])]
  const filtered = filter.kind !== '' || filter.who !== '' || filter.about !== ''
  return (
    <search aria-label="Filter changes" className="flex flex-wrap items-center gap-2 border-b px-3 py-2 nav:px-4">
      <Select
        aria-label="Kind"
        value={filter.kind}
        onChange={({ target }) => onChange({ kind: isKindGroup(target.value) ? target.value : '' })}
        className="max-w-36"
      >
        <option value="">All kinds</option>
        {(Object.keys(kindGroups) as KindGroup[]).map((key) => (
          <option key={key} value={key}>
            {kindGroups[key].label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="By"
        value={filter.who}
        onChange={({ target }) => onChange({ who: target.value })}
        className="max-w-36"
      >
        <option value="">By anyone</option>
        {people.toSorted().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <About key={filter.about} about={filter.about} onChange={(about) => onChange({ about })} />
      {filtered && (
        <Button tone="quiet" onClick={() => onChange({ kind: '', who: '', about: '' })}>
          Show all
        </Button>
      )}
    </search>
  )
}

/** A peer or CIDR by its name; taken over when it is one, or when it is left or emptied. */
function About({ about, onChange }: { about: string; onChange: (about: string) => void }) {
  const { plan } = useNetwork()
  const [text, setText] = useState(about)
  const listId = useId()
  const suggestions = suggestNames(plan, text)
  const take = (next: string) => {
    setText(next)
    const name = next.trim()
    if (name !== about && (name === '' || suggestNames(plan, name).includes(name))) onChange(name)
  }
  return (
    <>
      <TextInput
        aria-label="Peer or CIDR"
        placeholder="Peer or CIDR"
        list={listId}
        value={text}
        onChange={({ target }) => take(target.value)}
        onBlur={() => text.trim() !== about && onChange(text.trim())}
        onKeyDown={({ key }) => key === 'Enter' && onChange(text.trim())}
        className="max-w-44"
      />
      <datalist id={listId}>
        {suggestions.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  )
}

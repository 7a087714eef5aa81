'use client'

import { useQuery } from '@tanstack/react-query'
import type { Subtree } from '@warren/protocol'
import { clsx } from 'clsx'
import { useId, useState } from 'react'
import { useTRPC } from '~/trpc/client.ts'
import { Skeleton } from '~/ui/empty.tsx'
import { Field, Select, TextInput } from '~/ui/field.tsx'
import { type Branch, branchesOf } from './branches.ts'

type Props = { value: Subtree | null; onChange: (value: Subtree | null) => void; error: string | undefined }

/** More rows than these are no help to anyone; typing narrows them. */
const AT_MOST = 200

/** A CIDR of a network, chosen in its tree. */
export function SubtreeField({ value, onChange, error }: Props) {
  const places = useQuery(useTRPC().people.places.queryOptions(undefined, { staleTime: 30_000 }))
  const [chosen, setChosen] = useState(value?.networkId ?? null)
  const [text, setText] = useState('')
  const network = places.data?.find((place) => place.networkId === chosen) ?? places.data?.[0]
  if (!places.data) return <Skeleton className="h-40" />
  if (!network) return <p className="text-muted">There is no network yet.</p>
  const branches = branchesOf(network.cidrs, text)
  return (
    <div className="grid gap-3">
      <div className="grid gap-3 nav:grid-cols-2">
        <Field label="Network">
          {(control) => (
            <Select
              {...control}
              value={network.networkId}
              onChange={(event) => {
                setChosen(Number(event.target.value))
                onChange(null)
              }}
            >
              {places.data.map((place) => (
                <option key={place.networkId} value={place.networkId}>
                  {place.network}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Find a CIDR">
          {(control) => <TextInput {...control} value={text} onChange={(event) => setText(event.target.value)} />}
        </Field>
      </div>
      <Branches
        branches={branches.slice(0, AT_MOST)}
        value={value?.cidrId ?? null}
        onChange={(cidrId) => onChange({ networkId: network.networkId, cidrId })}
      />
      {branches.length > AT_MOST && (
        <p className="text-muted">{branches.length - AT_MOST} more; type to narrow them.</p>
      )}
      {error && (
        <p role="alert" className="text-sm text-danger">
          {error}
        </p>
      )}
    </div>
  )
}

type BranchesProps = { branches: readonly Branch[]; value: number | null; onChange: (cidrId: number) => void }

function Branches({ branches, value, onChange }: BranchesProps) {
  const name = useId()
  return (
    <fieldset className="max-h-64 overflow-y-auto rounded-md border py-1">
      <legend className="sr-only">Subtree</legend>
      {branches.length === 0 && <p className="px-2.5 py-1 text-muted">No CIDR is called that.</p>}
      {branches.map(({ id, name: cidr, prefix, depth }) => (
        <label
          key={id}
          className={clsx(
            'flex cursor-pointer items-center gap-2 px-2.5 py-1 hover:bg-panel',
            value === id && 'bg-accent-ground',
          )}
          style={{ paddingLeft: `${0.625 + Math.min(depth, 12) * 1.25}rem` }}
        >
          <input
            type="radio"
            name={name}
            checked={value === id}
            onChange={() => onChange(id)}
            className="size-3.5 shrink-0 accent-accent"
          />
          <span className="min-w-0 flex-1 truncate">{cidr}</span>
          <span className="mono text-muted">{prefix}</span>
        </label>
      ))}
    </fieldset>
  )
}

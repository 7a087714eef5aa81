'use client'

import type { Role } from '@warren/protocol'
import { useId } from 'react'

/** The four things that a person can be. */
export type Right = Role | 'subtree'

const rights: readonly { value: Right; name: string; what: string }[] = [
  { value: 'viewer', name: 'Viewer', what: 'Sees everything, changes nothing.' },
  {
    value: 'subtree',
    name: 'Admin of one subtree',
    what: 'Sees one network, and changes what lies in one CIDR of it.',
  },
  { value: 'admin', name: 'Admin', what: 'Changes all networks, and their settings.' },
  { value: 'owner', name: 'Owner', what: 'Manages people and makes networks as well.' },
]

/** One of the roles, each with what it means. */
export function RightField({ value, onChange }: { value: Right; onChange: (right: Right) => void }) {
  const id = useId()
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">Role</legend>
      {rights.map((right) => (
        <label
          key={right.value}
          htmlFor={`${id}-${right.value}`}
          className="flex cursor-pointer gap-2 rounded-md border px-2.5 py-1.5 has-checked:border-accent has-checked:bg-accent-ground"
        >
          <input
            type="radio"
            id={`${id}-${right.value}`}
            name={id}
            checked={value === right.value}
            onChange={() => onChange(right.value)}
            aria-labelledby={`${id}-${right.value}-name`}
            aria-describedby={`${id}-${right.value}-what`}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span>
            <span id={`${id}-${right.value}-name`}>{right.name}</span>
            <span id={`${id}-${right.value}-what`} className="block text-sm text-muted">
              {right.what}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  )
}

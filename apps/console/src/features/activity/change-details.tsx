'use client'

import type { Change } from '@warren/protocol'
import { useState } from 'react'
import { Button } from '~/ui/button.tsx'
import { count } from '~/ui/format.ts'
import { Tag } from '~/ui/tag.tsx'
import { type FieldDiff, type RowDiff, rowDiffs } from './row-diffs.ts'
import type { Names } from './sentence.ts'

/** A change of many peers touches as many rows; more than this are asked for. */
const SHOWN = 12

/** Every row that a change touched, field by field, before and after. */
export function ChangeDetails({ change, names }: { change: Change; names: Names }) {
  const [all, setAll] = useState(false)
  const rows = rowDiffs(change, names)
  const shown = all ? rows : rows.slice(0, SHOWN)
  if (rows.length === 0) return <p className="text-muted">It touched no row that can be shown.</p>
  return (
    <div className="grid gap-3">
      {shown.map((row) => (
        <Row key={row.key} row={row} />
      ))}
      {rows.length > shown.length && (
        <Button size="small" className="justify-self-start" onClick={() => setAll(true)}>
          Show {count(rows.length - shown.length)} more
        </Button>
      )}
    </div>
  )
}

function Row({ row: { noun, name, how, fields } }: { row: RowDiff }) {
  return (
    <section aria-label={`${noun} ${name}`}>
      <p className="flex items-baseline gap-1.5">
        <span className="text-muted">{noun}</span>
        <span className="min-w-0 truncate font-medium">{name}</span>
        <Tag className="ml-auto">{how}</Tag>
      </p>
      {fields.length > 0 && (
        <table className="mt-1 w-full table-fixed border-collapse text-sm">
          <thead className="sr-only">
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <Field key={field.field} field={field} how={how} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Field({ field: { field, before, after, mono }, how }: { field: FieldDiff; how: RowDiff['how'] }) {
  const value = mono ? 'mono' : ''
  return (
    <tr className="border-t border-hairline/60 align-baseline">
      <th scope="row" className="w-2/5 py-0.5 pr-2 text-left font-normal break-words text-muted">
        {field}
      </th>
      {how !== 'added' && (
        <td
          colSpan={how === 'removed' ? 2 : 1}
          className={`py-0.5 pr-2 break-all ${value} ${how === 'changed' ? 'text-muted line-through decoration-faint' : ''}`}
        >
          {before}
        </td>
      )}
      {how !== 'removed' && (
        <td colSpan={how === 'added' ? 2 : 1} className={`py-0.5 break-all ${value}`}>
          {after}
        </td>
      )}
    </tr>
  )
}

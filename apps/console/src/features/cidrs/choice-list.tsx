'use client'

import { clsx } from 'clsx'
import { type ReactNode, useId } from 'react'

export type Choice = {
  readonly value: string
  readonly label: ReactNode
  /** Right-aligned beside the label. */
  readonly aside?: ReactNode
  /** Below the label; the reason it cannot be chosen takes its place. */
  readonly note?: ReactNode
  readonly whyNot?: string | null
}

type ChoiceListProps = {
  label: string
  value: string | null
  onChange: (value: string) => void
  choices: readonly Choice[]
}

/** One of several, each in a line; what cannot be chosen says why. The browser's own radio buttons, with their keys. */
export function ChoiceList({ label, value, onChange, choices }: ChoiceListProps) {
  const name = useId()
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 font-medium">{label}</legend>
      <div className="max-h-56 overflow-y-auto rounded-md border border-edge/60 bg-card p-1">
        {choices.map((choice) => (
          <Line key={choice.value} choice={choice} name={name} checked={choice.value === value} onChange={onChange} />
        ))}
      </div>
    </fieldset>
  )
}

type LineProps = { choice: Choice; name: string; checked: boolean; onChange: (value: string) => void }

function Line({ choice, name, checked, onChange }: LineProps) {
  const id = useId()
  const { value, label, aside, note, whyNot } = choice
  const below = whyNot ?? note
  return (
    <label
      htmlFor={id}
      className={clsx(
        'grid grid-cols-[auto_1fr_auto] items-center gap-x-2 rounded px-1.5 py-1',
        whyNot ? 'text-muted' : 'cursor-pointer hover:bg-panel',
        checked && 'bg-accent-ground',
      )}
    >
      <input
        type="radio"
        id={id}
        name={name}
        value={value}
        checked={checked}
        disabled={Boolean(whyNot)}
        aria-describedby={below ? `${id}-note` : undefined}
        onChange={() => onChange(value)}
        className="size-3.5 accent-accent"
      />
      <span className="min-w-0 truncate">{label}</span>
      <span className="mono text-muted">{aside}</span>
      {below && (
        <span id={`${id}-note`} className="col-start-2 col-end-4 text-sm text-muted">
          {below}
        </span>
      )}
    </label>
  )
}

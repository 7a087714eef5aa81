'use client'

import { ToggleGroup } from 'radix-ui'
import type { ReactNode } from 'react'

type SegmentedProps<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  choices: readonly { value: T; label: ReactNode }[]
}

/** A few views of the same thing, one of them chosen. */
export function Segmented<T extends string>({ label, value, onChange, choices }: SegmentedProps<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      // Clicking the chosen one again would choose none.
      onValueChange={(next) => next && onChange(next as T)}
      className="inline-flex h-7 shrink-0 items-center rounded-md border bg-panel p-px"
    >
      {choices.map((choice) => (
        <ToggleGroup.Item
          key={choice.value}
          value={choice.value}
          className="h-full rounded-[5px] px-2.5 font-medium text-muted data-[state=on]:bg-card data-[state=on]:text-ink data-[state=on]:shadow-[0_0_0_1px_var(--hairline)]"
        >
          {choice.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}

'use client'

import { useEffect, useRef } from 'react'
import { allToggled, type Selection } from './peers-selection.ts'

const box = 'relative z-1 block size-3.5 accent-accent'

type SelectRowProps = {
  name: string
  selected: boolean
  onToggle: (shift: boolean) => void
  tabIndex?: number
  id?: string
}

/** The check box of a peer. In the table the row's own key does the same, so there it is no stop of the Tab key. */
export function SelectRow({ name, selected, onToggle, tabIndex = -1, id }: SelectRowProps) {
  return (
    <input
      type="checkbox"
      id={id}
      aria-label={`Select ${name}`}
      tabIndex={tabIndex}
      checked={selected}
      // A change does not tell whether Shift was held.
      onClick={(event) => onToggle(event.shiftKey)}
      onChange={() => undefined}
      className={box}
    />
  )
}

type SelectAllProps = {
  cover: 'none' | 'some' | 'all'
  order: readonly number[]
  selection: Selection
  onSelect: (next: Selection) => void
}

/** Selects every peer that the filter lets through, or none of them. */
export function SelectAll({ cover, order, selection, onSelect }: SelectAllProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (input.current) input.current.indeterminate = cover === 'some'
  }, [cover])
  return (
    <input
      ref={input}
      type="checkbox"
      aria-label="Select all shown"
      checked={cover === 'all'}
      onChange={() => onSelect(allToggled(selection, order))}
      className={box}
    />
  )
}

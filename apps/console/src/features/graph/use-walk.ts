'use client'

import { type KeyboardEvent, useRef, useState } from 'react'
import type { Circle } from './circle.ts'

/** How long letters typed after each other are one word, in milliseconds. */
const TYPED_MS = 900

type Walk = {
  readonly circle: Circle
  /** Where to begin. */
  readonly start: number
  onAt(at: number): void
  /** Enter; with Shift to look at it together with the one that is chosen. */
  onEnter(at: number, withShift: boolean): void
  onEscape(): void
  onZoom(factor: number | null): void
}

/** Walking around the circle with the keyboard: arrows to neighbours, Page keys to CIDRs, letters to names. */
export function useWalk({ circle, start, onAt, onEnter, onEscape, onZoom }: Walk) {
  const [at, setAt] = useState<number | null>(null)
  const typed = useRef({ text: '', until: 0 })
  const go = (next: number | null) => {
    setAt(next)
    if (next !== null) onAt(next)
  }
  const type = (letter: string, from: number) => {
    const now = performance.now()
    const longer = (now < typed.current.until ? typed.current.text : '') + letter
    const found = named(circle, longer, longer.length === 1 ? from + 1 : from)
    // No name goes on like this: the letter begins another one.
    const text = found === null ? letter : longer
    typed.current = { text, until: now + TYPED_MS }
    go(found ?? named(circle, letter, from + 1) ?? from)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const from = Math.min(at ?? start, circle.seats.length - 1)
    const next = stepOf(circle, event.key, from)
    // A digit or a hyphen in the middle of a name is no order to zoom.
    const typing = performance.now() < typed.current.until
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (next !== null || event.key === 'Enter') typed.current = { text: '', until: 0 }
    if (next !== null) go(next)
    else if (event.key === 'Enter' || event.key === ' ') onEnter(from, event.shiftKey)
    else if (event.key === 'Escape') onEscape()
    else if (plain && !typing && event.key in zooms) onZoom(zooms[event.key] ?? null)
    else if (plain && /^[a-z0-9-]$/i.test(event.key)) type(event.key.toLowerCase(), from)
    else return
    event.preventDefault()
  }
  return { at, go, onKeyDown }
}

const zooms: Record<string, number | null> = { '+': 1.5, '=': 1.5, '-': 1 / 1.5, _: 1 / 1.5, '0': null }

/** The seat that a key leads to from another; null when it is no key for walking. */
export function stepOf(circle: Circle, key: string, from: number): number | null {
  const many = circle.seats.length
  const own = circle.sectors[circle.seats[from]?.group ?? 0]
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (from + 1) % many
    case 'ArrowLeft':
    case 'ArrowUp':
      return (from + many - 1) % many
    case 'Home':
      return 0
    case 'End':
      return many - 1
    case 'PageDown':
      return own ? (own.from + own.own) % many : from
    case 'PageUp':
      return firstOfGroup(circle, ((own?.from ?? 0) + many - 1) % many)
    default:
      return null
  }
}

const firstOfGroup = (circle: Circle, at: number): number => circle.sectors[circle.seats[at]?.group ?? 0]?.from ?? at

/** The next seat from `from` on, around the circle, of a peer whose name begins so. */
function named(circle: Circle, text: string, from: number): number | null {
  const many = circle.seats.length
  for (let step = 0; step < many; step += 1) {
    const at = (from + step) % many
    if (circle.seats[at]?.peer.name.startsWith(text)) return at
  }
  return null
}

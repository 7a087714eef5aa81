'use client'

import { ChevronDown, ChevronUp, Search, X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { IconButton } from '~/ui/button.tsx'
import { count } from '~/ui/format.ts'
import type { Find } from './use-find.ts'

/** The search within the page: `/` goes there, Enter to the next hit, Shift-Enter back, Escape ends it. */
export function FindBox({ find }: { find: Find }) {
  const field = useRef<HTMLInputElement>(null)
  useSlash(() => field.current?.focus())
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && find.text !== '') {
      event.stopPropagation()
      find.setText('')
    } else if (event.key === 'Enter') {
      event.preventDefault()
      find.go(event.shiftKey ? -1 : 1)
    }
  }
  const searching = find.text !== ''
  return (
    <search className="flex h-8 items-center gap-1 rounded-md border bg-card pl-2 shadow-[0_1px_2px_rgb(0_0_0/0.03)] focus-within:border-accent">
      <Search aria-hidden className="size-3.5 shrink-0 text-muted" />
      <input
        ref={field}
        value={find.text}
        onChange={(event) => find.setText(event.target.value)}
        onKeyDown={onKeyDown}
        aria-label="Find in the tree"
        aria-keyshortcuts="/"
        placeholder="Find a CIDR or peer"
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        className="h-full w-36 min-w-0 bg-transparent px-1 outline-none nav:w-44"
      />
      <span role="status" className="min-w-8 pr-1 text-right text-sm text-muted">
        {searching ? (
          told(find)
        ) : (
          <kbd aria-hidden className="rounded border px-1 font-sans max-nav:hidden">
            /
          </kbd>
        )}
      </span>
      {searching && (
        <>
          <IconButton name="Previous hit" className="size-6" whyNot={nothing(find)} onClick={() => find.go(-1)}>
            <ChevronUp />
          </IconButton>
          <IconButton name="Next hit" className="size-6" whyNot={nothing(find)} onClick={() => find.go(1)}>
            <ChevronDown />
          </IconButton>
          <IconButton name="End the search" className="mr-1 size-6" onClick={() => find.setText('')}>
            <X />
          </IconButton>
        </>
      )}
    </search>
  )
}

const nothing = (find: Find): string | null => (find.hits.length === 0 ? 'Nothing is called that' : null)

function told({ hits, at }: Find): string {
  if (hits.length === 0) return 'none'
  return at < 0 ? `${count(hits.length)}` : `${count(at + 1)} of ${count(hits.length)}`
}

/** Calls when `/` is pressed outside of a field and of whatever floats above the page. */
function useSlash(onSlash: () => void): void {
  const latest = useRef(onSlash)
  latest.current = onSlash
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const busy = event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"]')
      if (event.key !== '/' || event.ctrlKey || event.metaKey || busy) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

'use client'

import { clsx } from 'clsx'
import { Dialog as Radix, VisuallyHidden } from 'radix-ui'
import type { ReactNode } from 'react'
import { focusItself } from './focus-itself.ts'

type SheetProps = {
  open: boolean
  onClose: () => void
  /** Read out; not shown. */
  title: string
  side: 'bottom' | 'left'
  children: ReactNode
}

const places = {
  left: 'inset-y-0 left-0 w-64 border-r data-[state=open]:slide-in-from-left',
  bottom: 'inset-x-0 bottom-0 max-h-[80dvh] rounded-t-xl border-t data-[state=open]:slide-in-from-bottom',
}

/** A drawer from the left or a sheet from below, for narrow screens. */
export function Sheet({ open, onClose, title, side, children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-30 bg-black/40 in-data-dragging:pointer-events-none! in-data-dragging:opacity-0 data-[state=open]:animate-in data-[state=open]:fade-in-0" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={focusItself}
          className={clsx(
            'fixed z-30 flex flex-col overflow-y-auto bg-ground shadow-float outline-none duration-150 data-[state=open]:animate-in',
            // What is dragged out of the sheet goes to the page below it. Radix sets pointer-events by itself, hence the !.
            'in-data-dragging:pointer-events-none! in-data-dragging:opacity-0',
            places[side],
          )}
        >
          <VisuallyHidden.Root asChild>
            <Radix.Title>{title}</Radix.Title>
          </VisuallyHidden.Root>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

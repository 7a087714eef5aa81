'use client'

import { X } from 'lucide-react'
import { Toast } from 'radix-ui'
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react'
import { IconButton } from './button.tsx'

type Note = { id: number; text: ReactNode }

const Say = createContext<(text: ReactNode) => void>(() => undefined)

/** Shows a note at the edge of the screen: for what happened elsewhere, never for what a person here just did. */
export const useToast = () => useContext(Say)

const STAYS_MS = 6000
/** More at once would hide the page; the oldest go first. */
const AT_ONCE = 3

export function ToastProvider({ children }: { children: ReactNode }) {
  const [notes, setNotes] = useState<readonly Note[]>([])
  const say = useCallback(
    (text: ReactNode) => setNotes((old) => [...old, { id: (old.at(-1)?.id ?? 0) + 1, text }].slice(-AT_ONCE)),
    [],
  )
  const drop = (id: number) => setNotes((old) => old.filter((note) => note.id !== id))
  return (
    <Say.Provider value={say}>
      {children}
      {notes.length > 0 && <Notes notes={notes} onDrop={drop} />}
    </Say.Provider>
  )
}

function Notes({ notes, onDrop }: { notes: readonly Note[]; onDrop: (id: number) => void }) {
  return (
    <Toast.Provider duration={STAYS_MS} label="Happened elsewhere">
      {notes.map((note) => (
        <Toast.Root
          key={note.id}
          onOpenChange={(open) => !open && onDrop(note.id)}
          className="flex items-start gap-2 rounded-lg border bg-card py-2 pr-1 pl-3 shadow-float data-[state=open]:animate-in data-[state=open]:fade-in-0"
        >
          <Toast.Description className="min-w-0 flex-1 py-1 break-words">{note.text}</Toast.Description>
          <Toast.Close asChild>
            <IconButton name="Dismiss">
              <X />
            </IconButton>
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport className="fixed right-3 bottom-3 z-50 grid w-80 max-w-[calc(100vw-1.5rem)] gap-2 outline-none" />
    </Toast.Provider>
  )
}

'use client'

import { useRouter } from 'next/navigation'
import { signOut } from 'next-auth/react'
import { useTheme } from 'next-themes'
import { useNetwork } from '~/features/network/context.tsx'
import { to } from '~/features/to.ts'

/** The dialogs that the palette opens by itself. */
export type PaletteDialog = 'add-peer' | 'associate'

/** Something to do rather than a place to go to. `words` are found as well as the name. */
export type Action = { readonly name: string; readonly words: string; readonly run: () => void }

/** What the palette can do. `open` shows one of its dialogs. */
export function useActions(open: (dialog: PaletteDialog) => void): readonly Action[] {
  const { setTheme } = useTheme()
  const router = useRouter()
  const network = useNetwork().plan.network.name
  return [
    { name: 'Add peer…', words: 'invite new node agent device', run: () => open('add-peer') },
    { name: 'Add CIDR…', words: 'new subnet prefix range', run: () => router.push(to.tree({ network, add: true })) },
    { name: 'Associate two CIDRs…', words: 'allow access reach', run: () => open('associate') },
    { name: 'Light appearance', words: 'theme colours', run: () => setTheme('light') },
    { name: 'Dark appearance', words: 'theme colours', run: () => setTheme('dark') },
    { name: 'Appearance as the system', words: 'theme colours', run: () => setTheme('system') },
    { name: 'Sign out', words: 'log out leave', run: () => void signOut({ callbackUrl: to.login() }) },
  ]
}

/** The actions that a text may mean; none for an empty one, which asks for places. */
export function matching(actions: readonly Action[], text: string): Action[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return []
  return actions.filter(({ name, words }) => `${name} ${words}`.toLowerCase().includes(wanted))
}

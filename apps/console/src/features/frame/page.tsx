'use client'

import { Menu as MenuIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '~/ui/button.tsx'
import { HubBanner } from './hub-banner.tsx'
import { Jump } from './jump.tsx'
import { useDrawer } from './network-frame.tsx'

type PageProps = {
  /** The page's name, or a path to what it shows. */
  title: ReactNode
  /** Views of the same thing, beside the title. */
  tools?: ReactNode
  /** What can be done here, at the right end. */
  actions?: ReactNode
  children: ReactNode
}

/** A page of a network: the bar of 48 px, then what the page shows. */
export function Page({ title, tools, actions, children }: PageProps) {
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <header className="flex h-12 shrink-0 items-center gap-2 border-b bg-ground px-2 nav:gap-4 nav:px-4">
        <DrawerButton />
        <h1 className="min-w-0 truncate text-base">{title}</h1>
        {tools}
        <div className="ml-auto flex items-center gap-2">
          <Jump />
          {actions}
        </div>
      </header>
      <HubBanner />
      {children}
    </div>
  )
}

function DrawerButton() {
  const open = useDrawer()
  return (
    <IconButton name="Navigation" onClick={open} className="nav:hidden">
      <MenuIcon />
    </IconButton>
  )
}

/** The middle of a page that is text and lists: scrolls, and does not grow wider than can be read. */
export function Column({ children, wide }: { children: ReactNode; wide?: boolean }) {
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className={wide ? 'grid gap-4 p-3 nav:p-4' : 'grid max-w-5xl gap-4 p-3 nav:p-4'}>{children}</div>
    </div>
  )
}

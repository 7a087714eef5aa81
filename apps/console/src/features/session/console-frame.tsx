'use client'

import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { AccountMenu } from '~/features/frame/account-menu.tsx'
import { Mark } from '~/features/frame/mark.tsx'
import { to } from '~/features/to.ts'
import { useTRPC } from '~/trpc/client.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Empty, SkeletonRows } from '~/ui/empty.tsx'
import { type Me, useMeQuery } from './me.ts'

type FrameProps = { title: string; actions?: ReactNode; children: (me: Me) => ReactNode }

/** Around the pages that belong to no network: the person's own, and that of all people. Strangers go to the login. */
export function ConsoleFrame({ title, actions, children }: FrameProps) {
  const me = useMeQuery()
  const router = useRouter()
  const path = usePathname()
  const out = me.data === null
  useEffect(() => {
    if (out) router.replace(`${to.login()}?from=${encodeURIComponent(path)}`)
  }, [out, router, path])
  return (
    <div className="flex h-dvh flex-col overflow-hidden nav:flex-row">
      <aside className="flex shrink-0 gap-3 border-b bg-panel px-2.5 py-2 nav:w-49 nav:flex-col nav:border-r nav:border-b-0 nav:py-2.5">
        <div className="flex h-7 items-center gap-2 pl-2">
          <Mark className="size-4.5" />
          <span className="flex-1 text-md font-medium max-nav:sr-only">Warren</span>
          <span className="max-nav:hidden">
            <AccountMenu />
          </span>
        </div>
        <Places owner={me.data?.role === 'owner'} />
        <span className="nav:hidden">
          <AccountMenu />
        </span>
      </aside>
      <main className="flex min-h-0 min-w-0 flex-1 flex-col">
        <header className="flex h-12 shrink-0 items-center gap-4 border-b bg-ground px-3 nav:px-4">
          <h1 className="min-w-0 truncate text-base">{title}</h1>
          <div className="ml-auto flex items-center gap-2">{actions}</div>
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">
          {me.error ? (
            <Empty
              title="The console does not answer"
              action={<Button onClick={() => void me.refetch()}>Try again</Button>}
            >
              {sentenceOf(me.error)}
            </Empty>
          ) : me.data ? (
            children(me.data)
          ) : (
            <SkeletonRows />
          )}
        </div>
      </main>
    </div>
  )
}

/** The way to the networks, and between the pages here. */
function Places({ owner }: { owner: boolean }) {
  const networks = useQuery(useTRPC().network.list.queryOptions())
  const path = usePathname()
  const pages = [
    { name: 'Your account', href: to.account() },
    ...(owner ? [{ name: 'People', href: to.people() }] : []),
  ]
  return (
    <nav
      aria-label="Console"
      className="flex min-w-0 flex-1 gap-1 overflow-x-auto nav:flex-col nav:gap-3 nav:overflow-y-auto"
    >
      <ul className="flex gap-px nav:grid">
        {pages.map(({ name, href }) => (
          <Place key={href} name={name} href={href} current={path === href} />
        ))}
      </ul>
      <ul aria-label="Networks" className="flex gap-px nav:grid">
        <li aria-hidden className="px-2 py-1 text-sm text-muted max-nav:hidden">
          Networks
        </li>
        {networks.data?.map((network) => (
          <Place key={network.id} name={network.name} href={to.tree({ network: network.name })} current={false} />
        ))}
      </ul>
    </nav>
  )
}

function Place({ name, href, current }: { name: string; href: string; current: boolean }) {
  return (
    <li className="shrink-0">
      <Link
        href={href}
        aria-current={current ? 'page' : undefined}
        className={clsx(
          'flex h-7 items-center rounded-md border px-2 whitespace-nowrap',
          current ? 'bg-card font-medium' : 'border-transparent text-muted hover:bg-hairline/50 hover:text-ink',
        )}
      >
        {name}
      </Link>
    </li>
  )
}

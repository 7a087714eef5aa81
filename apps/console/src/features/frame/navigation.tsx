'use client'

import { clsx } from 'clsx'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useNetwork } from '~/features/network/context.tsx'
import { invitationState } from '~/features/network/presence.ts'
import { to } from '~/features/to.ts'
import { useServerNow } from '~/ui/ago.tsx'
import { count } from '~/ui/format.ts'
import { AccountMenu } from './account-menu.tsx'
import { HubFooter } from './hub-footer.tsx'
import { Mark } from './mark.tsx'
import { NetworkSwitcher } from './network-switcher.tsx'

/** The navigation, whole: in the column or in the drawer. */
export function Navigation({ onChosen }: { onChosen?: () => void }) {
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 px-2.5 py-2.5">
      <div className="flex h-7 items-center gap-2 pl-2">
        <Mark className="size-4.5" />
        <span className="flex-1 text-md font-medium">Warren</span>
        <AccountMenu />
      </div>
      <NetworkSwitcher />
      <nav aria-label="Pages" className="min-h-0 flex-1 overflow-y-auto">
        <Pages {...(onChosen ? { onChosen } : {})} />
      </nav>
      <HubFooter />
    </div>
  )
}

function Pages({ onChosen }: { onChosen?: () => void }) {
  const { plan } = useNetwork()
  const path = usePathname()
  const waiting = useWaitingInvitations()
  const here = { network: plan.network.name }
  const pages = [
    { name: 'Overview', href: to.overview(here) },
    { name: 'Tree', href: to.tree(here) },
    { name: 'Graph', href: to.graph(here) },
    { name: 'Peers', href: to.peers(here), figure: plan.members.length },
    { name: 'Access', href: to.access(here) },
    { name: 'Invitations', href: to.invitations(here), figure: waiting },
    { name: 'Activity', href: to.activity(here) },
    { name: 'Settings', href: to.settings(here) },
  ]
  return (
    <ul className="grid gap-px">
      {pages.map((page) => {
        const current = path === page.href || path.startsWith(`${page.href}/`)
        return (
          <li key={page.name}>
            <Link
              href={page.href}
              onClick={() => onChosen?.()}
              aria-current={current ? 'page' : undefined}
              className={clsx(
                'flex h-7 items-center rounded-md border px-2',
                current ? 'bg-card font-medium' : 'border-transparent text-muted hover:bg-hairline/50 hover:text-ink',
              )}
            >
              <span className="flex-1">{page.name}</span>
              {page.figure ? <span className="font-normal text-muted">{count(page.figure)}</span> : null}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

const LOOK_AGAIN_MS = 30_000

/** How many peers have an invitation that can still be used, or are devices that never showed up. */
function useWaitingInvitations(): number {
  const { plan, presence } = useNetwork()
  const nowMs = useServerNow(LOOK_AGAIN_MS)
  return plan.members.filter(({ id, kind }) =>
    kind === 'device'
      ? (presence.status(id)?.handshakeAt ?? null) === null
      : invitationState(plan.invitationsOf(id)[0], nowMs) === 'waiting',
  ).length
}

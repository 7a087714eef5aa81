'use client'

import { useNetwork } from '~/features/network/context.tsx'
import { count } from '~/ui/format.ts'
import { Dot } from '~/ui/tag.tsx'

/** How the hub is, how many are online, and whether all of them have the current revision. */
export function HubFooter() {
  const { plan, presence, revision } = useNetwork()
  const { hub } = presence
  const { online } = presence.within(plan.tree.root.id)
  const behind = plan.members.filter((peer) => presence.state(peer).word === 'catching up').length
  const hubName = plan.members.find((peer) => peer.kind === 'hub')?.name ?? 'hub'
  return (
    <footer className="px-2 pb-1 text-sm text-muted">
      <p className="flex items-center gap-1.5">
        <Dot tone={hub.fault ? 'danger' : hub.connected ? 'online' : 'off'} />
        <span className="truncate">
          {hubName} · {hub.connected ? `${count(online)} online` : 'not connected'}
        </span>
      </p>
      <p className="truncate">
        revision {count(revision)}
        {hub.connected &&
          (behind > 0
            ? `, ${count(behind)} catching up`
            : hubIsBehind(hub, revision)
              ? ', hub applying'
              : ', all applied')}
      </p>
    </footer>
  )
}

const hubIsBehind = (hub: { appliedRevision: number | null }, revision: number) => (hub.appliedRevision ?? 0) < revision

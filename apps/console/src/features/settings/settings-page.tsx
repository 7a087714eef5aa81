'use client'

import { formatPrefix } from '@warren/cidr'
import Link from 'next/link'
import { Page } from '~/features/frame/page.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { useMe } from '~/features/session/me.ts'
import { useRights } from '~/features/session/rights.tsx'
import { Topic } from '~/features/session/topic.tsx'
import { to } from '~/features/to.ts'
import { CopyText } from '~/ui/copy.tsx'
import { Fact, Facts } from '~/ui/facts.tsx'
import { Notice } from '~/ui/notice.tsx'
import { HubMoveNotice } from './hub-move-notice.tsx'
import { SettingsForm } from './settings-form.tsx'

/** What can be settled about a network as a whole, and the way to what concerns people. */
export function SettingsPage() {
  const { plan } = useNetwork()
  const { whyNotNetwork } = useRights()
  return (
    <Page title="Settings">
      <div className="min-h-0 flex-1 overflow-y-auto">
        {whyNotNetwork && (
          <div className="px-3 pt-3 nav:px-4">
            <Notice title="You may look, not change">{whyNotNetwork}</Notice>
          </div>
        )}
        <Topic
          title="Hub, invitations and agents"
          lead="They count from now on; peers that have joined learn them by themselves."
        >
          <HubMoveNotice whyNot={whyNotNetwork} />
          <SettingsForm key={JSON.stringify(plan.network)} network={plan.network} whyNot={whyNotNetwork} />
        </Topic>
        <Topic title="Fixed" lead="Set when the network was made.">
          <FixedFacts />
        </Topic>
        <Topic title="People" lead="Who may change what here.">
          <PeopleLinks />
        </Topic>
      </div>
    </Page>
  )
}

function FixedFacts() {
  const { network, tree, members } = useNetwork().plan
  const hub = members.find((peer) => peer.kind === 'hub')
  return (
    <Facts>
      <Fact name="Prefix">
        <CopyText text={formatPrefix(tree.root.prefix)} what="prefix" />
      </Fact>
      <Fact name="Interface">
        <CopyText text={network.interface} what="interface" />
      </Fact>
      <Fact name="TCP port inside the tunnel">
        <span className="mono">{network.apiPort}</span>
      </Fact>
      <Fact name="Key of the hub">
        {hub?.publicKey ? <CopyText text={hub.publicKey} what="key" /> : <span className="text-muted">no hub yet</span>}
      </Fact>
    </Facts>
  )
}

function PeopleLinks() {
  const me = useMe()
  return (
    <div className="grid gap-1">
      {me?.role === 'owner' ? (
        <p>
          <Link href={to.people()} className="font-medium text-accent underline">
            People and their roles
          </Link>
        </p>
      ) : (
        <p className="text-muted">People are managed by owners.</p>
      )}
      <p>
        <Link href={to.account()} className="font-medium text-accent underline">
          Your password, second factor, sessions and API tokens
        </Link>
      </p>
    </div>
  )
}

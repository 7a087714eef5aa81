'use client'

import { ConsoleFrame } from '~/features/session/console-frame.tsx'
import type { Me } from '~/features/session/me.ts'
import { Tag } from '~/ui/tag.tsx'
import { OwnPeerTopic } from './own-peer-topic.tsx'
import { PasswordTopic } from './password-topic.tsx'
import { SessionsTopic } from './sessions-topic.tsx'
import { TokensTopic } from './tokens-topic.tsx'
import { TotpTopic } from './totp-topic.tsx'

/** What a person settles about themselves. */
export function AccountPage() {
  return <ConsoleFrame title="Your account">{(me) => <Topics me={me} />}</ConsoleFrame>
}

function Topics({ me }: { me: Me }) {
  return (
    <>
      <p className="flex items-center gap-2 px-3 py-3 nav:px-4">
        Signed in as <span className="font-medium">{me.name}</span>
        <Tag>{me.subtree ? 'admin of one subtree' : me.role}</Tag>
      </p>
      <PasswordTopic me={me} />
      <TotpTopic />
      <SessionsTopic />
      <TokensTopic me={me} />
      <OwnPeerTopic />
    </>
  )
}

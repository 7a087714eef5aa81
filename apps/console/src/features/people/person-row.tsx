'use client'

import { Ago } from '~/ui/ago.tsx'
import { counted } from '~/ui/format.ts'
import { State, Tag } from '~/ui/tag.tsx'
import type { Link } from './link-dialog.tsx'
import type { Person } from './people-page.tsx'
import { PersonActions } from './person-actions.tsx'

/** One person: who, with which rights, how they sign in, and when they were here. */
export function PersonRow({ person, self, onLink }: { person: Person; self: boolean; onLink: (link: Link) => void }) {
  return (
    <li className="flex min-h-12 items-center gap-3 px-3 py-2 nav:px-4">
      <div className="grid min-w-0 flex-1 gap-x-4 panel:grid-cols-[14rem_minmax(0,1fr)_15rem] panel:items-center">
        <p className="flex min-w-0 items-center gap-2">
          <span className="truncate font-medium">{person.name}</span>
          {self && <Tag>you</Tag>}
        </p>
        <p className="min-w-0 truncate">
          {person.role}
          {person.subtree && (
            <>
              {' of '}
              <span className="font-medium">{person.subtree.cidr}</span> in {person.subtree.network}
            </>
          )}
          <span className="text-muted">{waysOf(person)}</span>
        </p>
        <p className="panel:text-right">
          <Standing person={person} />
        </p>
      </div>
      <PersonActions person={person} self={self} onLink={onLink} />
    </li>
  )
}

/** How they sign in, where that is worth a word. */
function waysOf({ totp, oidc, tokens }: Person): string {
  const ways = [totp && 'second factor', oidc && 'linked identity', tokens > 0 && counted(tokens, 'token')].filter(
    Boolean,
  )
  return ways.length > 0 ? ` · ${ways.join(' · ')}` : ''
}

function Standing({ person }: { person: Person }) {
  const { disabledAt, welcomeUntil, seenAt, sessions, hasPassword, oidc } = person
  if (disabledAt) {
    return (
      <State tone="danger">
        <span>
          disabled <Ago at={disabledAt} />
        </span>
      </State>
    )
  }
  if (!hasPassword && !oidc) {
    return welcomeUntil ? (
      <State tone="relayed">
        <span>
          link open, ends <Ago at={welcomeUntil} />
        </span>
      </State>
    ) : (
      <State tone="off">link ran out</State>
    )
  }
  if (sessions > 0 && seenAt) {
    return (
      <State tone="online">
        <span>
          {counted(sessions, 'session')}, used <Ago at={seenAt} />
        </span>
      </State>
    )
  }
  return seenAt ? (
    <State tone="off">
      <span>
        here <Ago at={seenAt} />
      </span>
    </State>
  ) : (
    <State tone="off">not signed in</State>
  )
}

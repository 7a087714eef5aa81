'use client'

import { Ellipsis } from 'lucide-react'
import { useState } from 'react'
import { sentenceOf } from '~/trpc/refusal.ts'
import { IconButton } from '~/ui/button.tsx'
import { Confirm } from '~/ui/dialog.tsx'
import { counted } from '~/ui/format.ts'
import { Menu, MenuItem, MenuLine } from '~/ui/menu.tsx'
import { PersonDialog } from './dialogs.ts'
import type { Link } from './link-dialog.tsx'
import type { Person } from './people-page.tsx'
import { usePeopleChanges } from './use-people.ts'

type Props = { person: Person; self: boolean; onLink: (link: Link) => void }

type Asked = 'edit' | Question
type Question = 'link' | 'disable' | 'enable' | 'sessions' | 'totp' | 'remove'

/** Everything that an owner can do to a person. What cannot says why; what loses something asks first. */
export function PersonActions({ person, self, onLink }: Props) {
  const [asked, ask] = useState<Asked | null>(null)
  const trigger = (
    <IconButton name={`Actions for ${person.name}`}>
      <Ellipsis />
    </IconButton>
  )
  const disabled = person.disabledAt !== null
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem onSelect={() => ask('edit')}>Change role</MenuItem>
        <MenuItem onSelect={() => ask('link')} whyNot={disabled ? 'Enable them first' : null}>
          {person.hasPassword ? 'Link for a new password' : 'New welcome link'}
        </MenuItem>
        <MenuItem onSelect={() => ask('totp')} whyNot={person.totp ? null : 'They have no second factor'}>
          Reset second factor
        </MenuItem>
        <MenuItem onSelect={() => ask('sessions')} whyNot={person.sessions > 0 ? null : 'They are not signed in'}>
          End sessions
        </MenuItem>
        <MenuLine />
        <MenuItem
          onSelect={() => ask(disabled ? 'enable' : 'disable')}
          whyNot={self ? 'You would shut yourself out' : null}
        >
          {disabled ? 'Enable' : 'Disable'}
        </MenuItem>
        <MenuItem danger onSelect={() => ask('remove')} whyNot={self ? 'You would remove yourself' : null}>
          Remove
        </MenuItem>
      </Menu>
      {asked === 'edit' && <PersonDialog person={person} onClose={() => ask(null)} onAdded={() => ask(null)} />}
      {asked !== null && asked !== 'edit' && (
        <Ask question={asked} person={person} onLink={onLink} onClose={() => ask(null)} />
      )}
    </>
  )
}

type AskProps = { question: Question; person: Person; onLink: (link: Link) => void; onClose: () => void }

function Ask({ question, person, onLink, onClose }: AskProps) {
  const changes = usePeopleChanges()
  const about = { userId: person.id }
  const done = { onSuccess: onClose }
  const { title, text, action } = words(person)[question]
  const run: Record<Question, () => void> = {
    link: () =>
      changes.makeLink.mutate(about, {
        onSuccess: (link) => {
          onLink(link)
          onClose()
        },
      }),
    disable: () => changes.setDisabled.mutate({ ...about, disabled: true }, done),
    enable: () => changes.setDisabled.mutate({ ...about, disabled: false }, done),
    sessions: () => changes.endSessions.mutate(about, done),
    totp: () => changes.resetTotp.mutate(about, done),
    remove: () => changes.remove.mutate(about, done),
  }
  const all = [changes.makeLink, changes.setDisabled, changes.endSessions, changes.resetTotp, changes.remove]
  const error = all.find((change) => change.error)?.error
  return (
    <Confirm
      open
      onClose={onClose}
      title={title}
      action={action}
      busy={all.some((change) => change.isPending)}
      error={error && sentenceOf(error)}
      onConfirm={run[question]}
    >
      <p>{text}</p>
    </Confirm>
  )
}

/** What each question says, and what will be lost. */
function words({
  name,
  sessions,
  tokens,
  hasPassword,
}: Person): Record<Question, { title: string; text: string; action: string }> {
  return {
    link: {
      title: `Make a link for ${name}?`,
      text: hasPassword
        ? `Whoever opens it sets a new password for ${name}, which ends their sessions. Until then the present one goes on working.`
        : 'An earlier link stops working.',
      action: 'Make link',
    },
    disable: {
      title: `Disable ${name}?`,
      text: `${name} is signed out everywhere with the next request (${counted(sessions, 'session')}), and their tokens rest. You can enable them again.`,
      action: 'Disable',
    },
    enable: {
      title: `Enable ${name}?`,
      text: `${name} can sign in again, with the rights as before.`,
      action: 'Enable',
    },
    sessions: {
      title: `End the sessions of ${name}?`,
      text: `${name} is signed out everywhere with the next request, and can sign in again. API tokens go on working.`,
      action: 'End sessions',
    },
    totp: {
      title: `Reset the second factor of ${name}?`,
      text: 'Their password alone signs them in then, until they set up another one. Make sure that it is them who asks.',
      action: 'Reset',
    },
    remove: {
      title: `Remove ${name}?`,
      text: `Lost with ${name}: the account, ${counted(sessions, 'session')} and ${counted(tokens, 'API token')}. What they did stays in the activity under their name.`,
      action: 'Remove',
    },
  }
}

'use client'

import Link from 'next/link'
import { useNetwork } from '~/features/network/context.tsx'
import { STALE } from '~/features/peers/peers-filter.ts'
import { to } from '~/features/to.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { FormError } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { Notice } from '~/ui/notice.tsx'
import { type HubMove, hubMoveOf } from './hub-move.ts'
import { useEdit } from './settings-form.tsx'

/** As many names as are read at a glance. */
const NAMED = 5

/** That the hub moves: how many know, and the end of it, which only an admin can tell. */
export function HubMoveNotice({ whyNot }: { whyNot: string | null }) {
  const { plan, presence } = useNetwork()
  const edit = useEdit(plan.network.id)
  const move = hubMoveOf(plan, presence)
  if (!move) return null
  const forget = () => edit.mutate({ networkId: plan.network.id, moveIsOver: true })
  return (
    <Notice tone={move.unheard.length > 0 ? 'warning' : 'info'} title="The hub is moving" className="mb-4">
      <p>
        Nodes know <span className="mono">{move.from}</span> too, and the hub goes on to answer there. {heard(move)}
      </p>
      {move.silent > 0 && (
        <p>
          {counted(move.silent, 'peer')} without our agent cannot tell whether it knows; devices keep what they were
          handed.
        </p>
      )}
      {move.devices > 0 && (
        <p>
          {counted(move.devices, 'device')} {move.devices === 1 ? 'has' : 'have'} a configuration with the old place:{' '}
          <Link
            href={to.peers({ network: plan.network.name, kind: STALE })}
            className="font-medium text-accent hover:underline"
          >
            make new ones
          </Link>{' '}
          before it is forgotten.
        </p>
      )}
      <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
      <Button onClick={forget} busy={edit.isPending} whyNot={whyNot} className="mt-2">
        Forget the old place
      </Button>
    </Notice>
  )
}

function heard({ agents, unheard }: HubMove): string {
  if (unheard.length === 0) return agents === 0 ? '' : `All ${counted(agents, 'agent')} have heard of it.`
  const names = unheard.slice(0, NAMED).join(', ')
  const rest = unheard.length - NAMED
  const who = rest > 0 ? `${names} and ${count(rest)} more` : names
  return `${count(unheard.length)} of ${counted(agents, 'agent')} have not heard of it yet: ${who}. Once the old place is forgotten, they no longer find the hub.`
}

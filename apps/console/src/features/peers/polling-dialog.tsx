'use client'

import { type EditPeer, POLL_EVERY_S, POLL_HOLD_S, pollingOf } from '@warren/protocol'
import { type FormEvent, useState } from 'react'
import { useNetwork } from '~/features/network/context.tsx'
import type { Member } from '~/features/network/plan.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, TextInput } from '~/ui/field.tsx'
import { Segmented } from '~/ui/segmented.tsx'
import { pollingWords } from './polling-words.ts'
import { usePeerChanges } from './use-peer-changes.ts'

type Way = 'network' | 'hold' | 'every'

const ways = [
  { value: 'network', label: 'As the network' },
  { value: 'hold', label: 'Waits' },
  { value: 'every', label: 'Asks' },
] as const

const wayOf = ({ pollHoldS, pollEveryS }: Member): Way => {
  if (pollEveryS !== null) return 'every'
  return pollHoldS === null ? 'network' : 'hold'
}

const questions = {
  hold: {
    label: 'Seconds a poll is held',
    hint: `${POLL_HOLD_S.min} to ${POLL_HOLD_S.max}. It waits so long for news, then asks again.`,
  },
  every: {
    label: 'Seconds between polls',
    hint: `${POLL_EVERY_S.min} to ${POLL_EVERY_S.max}. Changes reach it as late.`,
  },
} as const

/** Sets how a peer's agent polls: for a node that must stay quiet, or where something in between cuts waiting requests. */
export function PollingDialog({ peer, onClose }: { peer: Member; onClose: () => void }) {
  const { edit, networkId } = usePeerChanges()
  const { network } = useNetwork().plan
  const [way, setWay] = useState(wayOf(peer))
  const { holdS, everyS } = pollingOf(network, peer)
  const [seconds, setSeconds] = useState({ hold: String(holdS), every: String(everyS ?? 300) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    edit.mutateAsync({ networkId, peerId: peer.id, ...choice(way, seconds) }).then(onClose, () => {})
  }
  return (
    <Dialog open onClose={onClose} title={`How ${peer.name} polls`} description="From its next poll on.">
      <form onSubmit={submit} noValidate className="grid gap-3">
        <Segmented label="How it polls" value={way} onChange={setWay} choices={ways} />
        {way === 'network' ? (
          <p className="text-muted">
            The network’s agents: {pollingWords(network, { pollHoldS: null, pollEveryS: null }).how}.
          </p>
        ) : (
          <Field label={questions[way].label} hint={questions[way].hint}>
            {(control) => (
              <TextInput
                {...control}
                type="number"
                className="max-w-28 text-right"
                value={seconds[way]}
                onChange={(event) => setSeconds({ ...seconds, [way]: event.target.value })}
              />
            )}
          </Field>
        )}
        <FormError>{edit.error && sentenceOf(edit.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" tone="solid" busy={edit.isPending}>
            Save
          </Button>
        </Actions>
      </form>
    </Dialog>
  )
}

function choice(
  way: Way,
  { hold, every }: { hold: string; every: string },
): Pick<EditPeer, 'pollHoldS' | 'pollEveryS'> {
  return { pollHoldS: way === 'hold' ? Number(hold) : null, pollEveryS: way === 'every' ? Number(every) : null }
}

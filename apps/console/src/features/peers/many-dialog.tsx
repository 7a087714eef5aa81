'use client'

import { type ReactNode, useState } from 'react'
import { CidrOptions } from '~/features/cidrs/cidr-options.tsx'
import { useNetwork } from '~/features/network/context.tsx'
import { EffectNote } from '~/features/network/effect-note.tsx'
import type { Intent } from '~/features/network/intent.ts'
import type { Member } from '~/features/network/plan.ts'
import { useRights } from '~/features/session/rights.tsx'
import { TrialNote } from '~/features/trials/trial-note.tsx'
import { useTrialChoice } from '~/features/trials/use-trial-choice.ts'
import { sentenceOf } from '~/trpc/refusal.ts'
import { Button } from '~/ui/button.tsx'
import { Actions, Dialog } from '~/ui/dialog.tsx'
import { Field, FormError, Select } from '~/ui/field.tsx'
import { count, counted } from '~/ui/format.ts'
import { Named, Unable } from './many-parts.tsx'
import { type ManyAction, type Sorted, seatsIn, sortOut } from './peers-many.ts'
import { usePeerChanges } from './use-peer-changes.ts'

type ManyProps = { peers: readonly Member[]; onClose: () => void; onDone: () => void }

function onlineAmong(peers: readonly Member[], isOnline: (peer: Member) => boolean): string {
  const online = peers.filter(isOnline).length
  if (online === 0) return ''
  if (online === peers.length) return online === 1 ? ' It is online now.' : ' All of them are online now.'
  return ` ${count(online)} of them ${online === 1 ? 'is' : 'are'} online now.`
}

/** Cuts many peers off, or lets them back in. */
export function EnableManyDialog({ peers, enabled, onClose, onDone }: ManyProps & { enabled: boolean }) {
  const { setManyEnabled, networkId } = usePeerChanges()
  const sorted = useSorted(enabled ? 'enable' : 'disable', peers)
  const ids = sorted.able.map((peer) => peer.id)
  return (
    <Frame
      verb={enabled ? 'Enable' : 'Disable'}
      sorted={sorted}
      intent={{ kind: 'enable-many', peers: ids, enabled }}
      danger={!enabled}
      change={setManyEnabled}
      onSave={(trial) => setManyEnabled.mutate({ networkId, peerIds: ids, enabled, ...trial }, { onSuccess: onDone })}
      onClose={onClose}
    >
      <p>
        {enabled
          ? 'Every node that may reach them gets their keys again. They need not be invited again.'
          : 'Every node drops their keys at once. Their addresses and places stay, and they can be enabled again.'}
      </p>
    </Frame>
  )
}

/** Deletes many peers; names what is lost, and what stays. */
export function DeleteManyDialog({ peers, onClose, onDone }: ManyProps) {
  const { presence } = useNetwork()
  const { removeMany, networkId } = usePeerChanges()
  const sorted = useSorted('delete', peers)
  const ids = sorted.able.map((peer) => peer.id)
  return (
    <Frame
      verb="Delete"
      sorted={sorted}
      intent={{ kind: 'delete-many', peers: ids }}
      danger
      change={removeMany}
      onSave={(trial) => removeMany.mutate({ networkId, peerIds: ids, ...trial }, { onSuccess: onDone })}
      onClose={onClose}
    >
      <p>
        They lose their keys, their names and their invitations, and can only come back as new peers. Their addresses
        stay taken until you release them.{onlineAmong(sorted.able, (peer) => presence.state(peer).online)}
      </p>
    </Frame>
  )
}

/** Moves many peers to one CIDR, where each gets an address; says first which, and whether there is room. */
export function MoveManyDialog({ peers, onClose, onDone }: ManyProps) {
  const { plan } = useNetwork()
  const rights = useRights()
  const { moveMany, networkId } = usePeerChanges()
  const [to, setTo] = useState<number | null>(null)
  const { able, unable } = useSorted('move', peers)
  const here = able.filter((peer) => peer.cidrId === to)
  const movers = able.filter((peer) => peer.cidrId !== to)
  const sorted = { able: movers, unable: [...unable, ...here.map((peer) => ({ peer, why: 'It is there already.' }))] }
  const seats = to === null ? [] : seatsIn(plan, to, movers)
  const short = to === null ? 0 : movers.length - seats.length
  const ids = movers.map((peer) => peer.id)
  const lack = short > 0 ? `It has room for ${seats.length} of these ${movers.length} peers.` : undefined
  return (
    <Frame
      verb="Move"
      sorted={sorted}
      intent={to === null || short > 0 ? null : { kind: 'move-many', peers: ids, to }}
      whyNot={to === null ? 'Choose a CIDR first' : (lack ?? null)}
      change={moveMany}
      onSave={(trial) =>
        to !== null && moveMany.mutate({ networkId, peerIds: ids, cidrId: to, ...trial }, { onSuccess: onDone })
      }
      onClose={onClose}
    >
      <Field label="To CIDR" error={lack} hint={<Seats seats={seats} />}>
        {(control) => (
          <Select {...control} value={to ?? ''} onChange={(event) => setTo(Number(event.target.value))}>
            <option value="" disabled>
              Choose a CIDR
            </option>
            <CidrOptions tree={plan.tree} whyNot={(id) => (rights.mayAddTo(id) ? null : 'not yours')} />
          </Select>
        )}
      </Field>
    </Frame>
  )
}

/** As many new addresses as are told beforehand. */
const TOLD = 3

function Seats({ seats }: { seats: ReturnType<typeof seatsIn> }) {
  if (seats.length === 0) return null
  const told = seats.slice(0, TOLD).map(({ peer, address }) => `${peer.name} ${peer.address} → ${address}`)
  return (
    <span className="break-words">
      {told.join(', ')}
      {seats.length > TOLD && `, and so on to ${seats.at(-1)?.address}`}
    </span>
  )
}

/**
 * Who of a selection an action can be done to, by the rules and by the rights of the person, as it was when asked: once
 * the change is made, it could be made to nobody any more, and the dialog is still there for a moment.
 */
export function useSorted(action: ManyAction, peers: readonly Member[]): Sorted {
  const rights = useRights()
  const [sorted] = useState(() => sortOut(action, peers, (peer) => rights.whyNotPeer(peer)))
  return sorted
}

type FrameProps = {
  verb: string
  sorted: Sorted
  intent: Intent | null
  danger?: boolean
  whyNot?: string | null
  change: { isPending: boolean; error: unknown }
  onSave: (trial: { confirmWithinS?: number }) => void
  onClose: () => void
  children: ReactNode
}

/** What all these dialogs have: who it is about, who not and why, what it opens and cuts, and the choice of a trial. */
function Frame({ verb, sorted, intent, danger, whyNot, change, onSave, onClose, children }: FrameProps) {
  const { able, unable } = sorted
  const asked = able.length === 0 ? null : intent
  const trial = useTrialChoice(asked)
  return (
    <Dialog open onClose={onClose} title={`${verb} ${counted(able.length, 'peer')}?`}>
      <div className="grid gap-3">
        {able.length > 0 && <Named peers={able} />}
        {able.length > 0 && children}
        <Unable unable={unable} />
        {asked && <EffectNote intent={asked} />}
        <TrialNote trial={trial} />
        <FormError>{Boolean(change.error) && sentenceOf(change.error)}</FormError>
        <Actions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone={danger ? 'danger' : 'solid'}
            busy={change.isPending}
            onClick={() => onSave(trial.input)}
            whyNot={able.length === 0 ? 'It can be done to none of them' : (whyNot ?? null)}
          >
            {verb} {counted(able.length, 'peer')}
          </Button>
        </Actions>
      </div>
    </Dialog>
  )
}

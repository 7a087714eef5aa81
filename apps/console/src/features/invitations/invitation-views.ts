import type { InvitationRow } from '@warren/protocol'
import type { Member, Plan } from '~/features/network/plan.ts'
import { invitationState, type Presence } from '~/features/network/presence.ts'
import { type Joining, joiningOf } from './joining.ts'

export const invitationStates = ['waiting', 'expired', 'revoked', 'used'] as const
export type ShownState = (typeof invitationStates)[number]

/**
 * An invitation with its peer; `row` is null for the configuration of a device, which is never redeemed and does not
 * expire: it waits until the first handshake. `latest`: no later one replaced it. `peer` is null when it was deleted.
 */
export type InvitationView = {
  readonly key: string
  readonly row: InvitationRow | null
  readonly name: string
  readonly peer: Member | null
  readonly state: ShownState
  readonly latest: boolean
  /** Of the latest of a live peer; null for others, which lead nowhere any more. */
  readonly joining: Joining | null
}

/** All invitations of a network at a time, the newest first, those that are stuck before the others. */
export function invitationViews(plan: Plan, presence: Presence, nowMs: number): InvitationView[] {
  const rows = [...plan.members, ...plan.tombstones].flatMap((peer) =>
    plan.invitationsOf(peer.id).map((row, at) => viewOf(plan, presence, { row, at, name: peer.name, nowMs })),
  )
  const devices = plan.members.filter((peer) => peer.kind === 'device')
  const all = [...rows, ...devices.map((peer) => deviceView(plan, presence, { peer, nowMs }))]
  return all.sort((a, b) => Number(isStuck(b)) - Number(isStuck(a)) || madeAt(b) - madeAt(a))
}

export const isStuck = ({ joining }: InvitationView): boolean => joining !== null && joining.stuck !== null

type Told = { row: InvitationRow; at: number; name: string; nowMs: number }

function viewOf(plan: Plan, presence: Presence, { row, at, name, nowMs }: Told): InvitationView {
  const peer = plan.member(row.peerId)
  const state = invitationState(row, nowMs)
  const latest = at === 0
  const leads = peer !== null && latest && (state === 'waiting' || state === 'used')
  return {
    key: `invitation-${row.id}`,
    row,
    name,
    peer,
    state: state === 'none' ? 'expired' : state,
    latest,
    joining: leads ? joiningIn(plan, presence, { peer, invitation: row, nowMs }) : null,
  }
}

function deviceView(plan: Plan, presence: Presence, { peer, nowMs }: { peer: Member; nowMs: number }): InvitationView {
  const joining = joiningIn(plan, presence, { peer, invitation: null, nowMs })
  const state = joining.steps.every((step) => step.at !== null) ? 'used' : 'waiting'
  return { key: `device-${peer.id}`, row: null, name: peer.name, peer, state, latest: true, joining }
}

type Asked = { peer: Member; invitation: InvitationRow | null; nowMs: number }

/** Where the joining of a peer stands in a network. */
export function joiningIn(plan: Plan, presence: Presence, { peer, invitation, nowMs }: Asked): Joining {
  const { endpoint, apiPort } = plan.network
  const status = presence.status(peer.id)
  return joiningOf({ peer, invitation, status, hub: presence.hub, endpoint, apiPort }, nowMs)
}

const madeAt = ({ row, peer }: InvitationView): number => Date.parse(row?.createdAt ?? peer?.redeemedAt ?? '') || 0

import type { InvitationRow } from '@warren/protocol'
import type { Member, Plan } from '~/features/network/plan.ts'
import { type InvitationState, invitationState } from '~/features/network/presence.ts'

/** An invitation with its peer. `latest`: no later one replaced it. `peer` is null when it was deleted. */
export type InvitationView = {
  readonly row: InvitationRow
  readonly name: string
  readonly peer: Member | null
  readonly state: InvitationState
  readonly latest: boolean
}

/** All invitations of a network at a time, the newest first. */
export function invitationViews(plan: Plan, nowMs: number): InvitationView[] {
  const peers = [...plan.members, ...plan.tombstones]
  return peers
    .flatMap((peer) =>
      plan.invitationsOf(peer.id).map((row, at) => {
        const state = invitationState(row, nowMs)
        return { row, name: peer.name, peer: plan.member(peer.id), state, latest: at === 0 }
      }),
    )
    .sort((a, b) => b.row.id - a.row.id)
}

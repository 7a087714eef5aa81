import type { InvitationRow } from '@warren/protocol'
import type { Answers } from '~/trpc/client.ts'
import type { Tone } from '~/ui/tag.tsx'
import type { Member, Plan } from './plan.ts'

export type PeerStatus = Answers['network']['state']['status'][number]
export type HubStatus = Answers['network']['state']['hub']

/** WireGuard drops a session this long after its handshake (REJECT_AFTER_TIME): a device without agent is gone by then. */
const REJECT_AFTER_MS = 180_000

/** How a peer stands, in a word and a tone. `online` counts in the figures. */
export type PeerState = { readonly word: StateWord; readonly tone: Tone; readonly online: boolean }

export const stateWords = [
  'online',
  'catching up',
  'fault',
  'offline',
  'never seen',
  'invited',
  'invitation ended',
  'disabled',
] as const
export type StateWord = (typeof stateWords)[number]

const state = (word: StateWord, tone: Tone, online = false): PeerState => ({ word, tone, online })

/** Tells how a peer stands at `nowMs` (server time), from its row, what was observed of it, and its latest invitation. */
export function peerState(
  peer: Member,
  status: PeerStatus | undefined,
  invitation: InvitationRow | undefined,
  nowMs: number,
): PeerState {
  if (!peer.enabled) return state('disabled', 'off')
  if (peer.redeemedAt === null) {
    return invitationState(invitation, nowMs) === 'waiting'
      ? state('invited', 'accent')
      : state('invitation ended', 'off')
  }
  if (!isOnline(peer, status, nowMs))
    return state(status?.seenAt || status?.handshakeAt ? 'offline' : 'never seen', 'off')
  if (status?.fault) return state('fault', 'danger', true)
  return status?.current === false ? state('catching up', 'relayed', true) : state('online', 'online', true)
}

function isOnline(peer: Member, status: PeerStatus | undefined, nowMs: number): boolean {
  if (!status) return false
  if (status.online || peer.kind === 'agent') return status.online
  return status.handshakeAt !== null && nowMs - Date.parse(status.handshakeAt) < REJECT_AFTER_MS
}

/** When a peer was last heard of, by its handshake or by its poll, whichever came later. */
export function lastHeard(status: PeerStatus | undefined): string | null {
  const times = [status?.handshakeAt, status?.seenAt].filter((at) => typeof at === 'string')
  return times.sort().at(-1) ?? null
}

export type InvitationState = 'waiting' | 'used' | 'expired' | 'revoked' | 'none'

/** Where an invitation stands. One that was revoked after it had expired, expired. */
export function invitationState(invitation: InvitationRow | undefined, nowMs: number): InvitationState {
  if (!invitation) return 'none'
  if (invitation.redeemedAt !== null) return 'used'
  const expires = Date.parse(invitation.expiresAt)
  if (invitation.revokedAt !== null && Date.parse(invitation.revokedAt) < expires) return 'revoked'
  return expires <= nowMs ? 'expired' : 'waiting'
}

/** How many sit in a CIDR or below it, and how many of them are online. */
export type HeadCount = { readonly all: number; readonly online: number }

/** All peers' states, and head counts of every subtree in O(1) each: the tree is laid out on a line. */
export type Presence = {
  readonly hub: HubStatus
  status(peerId: number): PeerStatus | undefined
  state(peer: Member): PeerState
  within(cidrId: number): HeadCount
}

export function presenceOf(
  plan: Plan,
  observed: { status: readonly PeerStatus[]; hub: HubStatus },
  nowMs: number,
): Presence {
  const statuses = new Map(observed.status.map((row) => [row.peerId, row]))
  const states = new Map(
    plan.members.map((peer) => [
      peer.id,
      peerState(peer, statuses.get(peer.id), plan.invitationsOf(peer.id)[0], nowMs),
    ]),
  )
  const stateOf = (peer: Member): PeerState => states.get(peer.id) ?? state('never seen', 'off')
  const sums = [{ all: 0, online: 0 }]
  for (const node of plan.tree.nodes) {
    const direct = plan.membersIn(node.id)
    const before = sums.at(-1) ?? { all: 0, online: 0 }
    sums.push({
      all: before.all + direct.length,
      online: before.online + direct.filter((p) => stateOf(p).online).length,
    })
  }
  return {
    hub: observed.hub,
    status: (peerId) => statuses.get(peerId),
    state: stateOf,
    within: (cidrId) => {
      const { from, to } = plan.tree.span(cidrId)
      const [start, end] = [sums[from], sums[to]]
      return { all: (end?.all ?? 0) - (start?.all ?? 0), online: (end?.online ?? 0) - (start?.online ?? 0) }
    },
  }
}

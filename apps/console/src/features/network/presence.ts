import { INNERNET_VERSION, type InvitationRow } from '@warren/protocol'
import type { Tone } from '~/ui/tag.tsx'
import type { Member, Plan } from './plan.ts'
import type { HubStatus, PeerStatus } from './store.ts'
import { weakly } from './weakly.ts'

export type { HubStatus, PeerStatus } from './store.ts'

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

/** One object for each state, so that a state that stays is seen to stay. */
const states = {
  disabled: state('disabled', 'off'),
  invited: state('invited', 'accent'),
  ended: state('invitation ended', 'off'),
  offline: state('offline', 'off'),
  neverSeen: state('never seen', 'off'),
  fault: state('fault', 'danger', true),
  behind: state('catching up', 'relayed', true),
  online: state('online', 'online', true),
} as const

/** Tells how a peer stands at `nowMs` (server time), from its row, what was observed of it, and its latest invitation. */
export function peerState(
  peer: Member,
  status: PeerStatus | undefined,
  invitation: InvitationRow | undefined,
  nowMs: number,
): PeerState {
  if (!peer.enabled) return states.disabled
  // A hub that has not made its key yet waits for no invitation.
  if (peer.redeemedAt === null && peer.kind === 'hub') return states.neverSeen
  if (peer.redeemedAt === null) return invitationState(invitation, nowMs) === 'waiting' ? states.invited : states.ended
  if (!isOnline(peer, status, nowMs)) return status?.seenAt || status?.handshakeAt ? states.offline : states.neverSeen
  if (status?.fault) return states.fault
  return status?.current === false ? states.behind : states.online
}

/** How a hub's peer stands: what the hub itself tells outweighs what is seen of it from elsewhere, for it is not seen at all. */
function hubState({ connected, fault, at }: HubStatus, status: PeerStatus | undefined): PeerState {
  if (!connected) return at || status?.seenAt ? states.offline : states.neverSeen
  if (fault) return states.fault
  return status?.current === false ? states.behind : states.online
}

/** When a state may become another one although nothing is told: when an invitation or a session ends (milliseconds). */
function agesAt({ member, status, invitation }: Known): number {
  if (member.redeemedAt === null) return invitation ? Date.parse(invitation.expiresAt) : Number.POSITIVE_INFINITY
  if (holdsPolls(member, status) || !status?.handshakeAt) return Number.POSITIVE_INFINITY
  return Date.parse(status.handshakeAt) + REJECT_AFTER_MS
}

/** Whether a peer runs innernet's own client and not our agent. */
export const isInnernet = (peer: Pick<Member, 'kind'>, status: PeerStatus | undefined): boolean =>
  peer.kind === 'agent' && status?.version === INNERNET_VERSION

/** Whether a peer holds a poll while it is there; the others are known by their handshakes. */
const holdsPolls = (peer: Member, status: PeerStatus | undefined): boolean =>
  peer.kind === 'agent' && !isInnernet(peer, status)

function isOnline(peer: Member, status: PeerStatus | undefined, nowMs: number): boolean {
  if (!status) return false
  if (status.online || holdsPolls(peer, status)) return status.online
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

/** What a peer's state was made from. The invitation counts only for who has not joined. */
type Known = {
  member: Member
  status: PeerStatus | undefined
  invitation: InvitationRow | undefined
  /** Of hubs only. */
  hub: HubStatus | undefined
}

/** A state, and when it may become another one by itself (server time in milliseconds). */
type Reckoned = { known: Known; state: PeerState; until: number }

/** What is behind a presence, for the next one. */
type Behind = { plan: Plan; observed: Observed; reckoned: ReadonlyMap<number, Reckoned>; from: number; until: number }
const behind = new WeakMap<Presence, Behind>()

type Observed = { status: readonly PeerStatus[]; hub: HubStatus; vouchedAt?: string | null }

const byPeer = weakly((rows: readonly PeerStatus[]) => new Map(rows.map((row) => [row.peerId, row])))

/**
 * How everybody stands at `nowMs` (server time). Given the presence `before`, only what changed or aged since is
 * reckoned anew, and with nothing of that it is `before` itself.
 */
export function presenceOf(plan: Plan, observed: Observed, nowMs: number, before: Presence | null = null): Presence {
  const last = before ? behind.get(before) : undefined
  // A clock that was set back may find an invitation waiting again.
  const old = last && nowMs >= last.from ? last : undefined
  if (before && old && nowMs < old.until && isStill(old, plan, observed)) return before
  const statuses = byPeer(observed.status)
  const reckoned = new Map<number, Reckoned>()
  let until = Number.POSITIVE_INFINITY
  for (const member of plan.members) {
    const { id } = member
    const status = statuses.get(id)
    const invitation = member.redeemedAt === null ? plan.invitationsOf(id)[0] : undefined
    const hub = member.kind === 'hub' ? observed.hub : undefined
    const was = old?.reckoned.get(id)
    const known = was?.known
    const same =
      known?.member === member && known.status === status && known.invitation === invitation && known.hub === hub
    const one = was && same && nowMs < was.until ? was : reckon({ member, status, invitation, hub }, nowMs)
    reckoned.set(id, one)
    until = Math.min(until, one.until)
  }
  const presence = presenceFrom(plan, observed, reckoned)
  behind.set(presence, { plan, observed, reckoned, from: nowMs, until })
  return presence
}

const isStill = (old: Behind, plan: Plan, { status, hub, vouchedAt }: Observed): boolean =>
  old.plan === plan &&
  old.observed.status === status &&
  old.observed.hub === hub &&
  old.observed.vouchedAt === vouchedAt

function reckon(known: Known, nowMs: number): Reckoned {
  const { member, status, invitation, hub } = known
  const ages = agesAt(known)
  const joinedHub = hub && member.enabled && member.redeemedAt !== null ? hub : undefined
  return {
    known,
    state: joinedHub ? hubState(joinedHub, status) : peerState(member, status, invitation, nowMs),
    until: ages > nowMs ? ages : Number.POSITIVE_INFINITY,
  }
}

function presenceFrom(plan: Plan, observed: Observed, reckoned: ReadonlyMap<number, Reckoned>): Presence {
  const stateOf = (peer: Member): PeerState => reckoned.get(peer.id)?.state ?? states.neverSeen
  const sums = [{ all: 0, online: 0 }]
  for (const node of plan.tree.nodes) {
    const { all, online } = sums.at(-1) ?? { all: 0, online: 0 }
    const direct = plan.membersIn(node.id)
    sums.push({
      all: all + direct.length,
      online: online + direct.reduce((n, peer) => (stateOf(peer).online ? n + 1 : n), 0),
    })
  }
  const statuses = byPeer(observed.status)
  const seen = weakly((row: PeerStatus) => seenLately(row, observed.vouchedAt ?? null))
  return {
    hub: observed.hub,
    status: (peerId) => {
      const row = statuses.get(peerId)
      return row && seen(row)
    },
    state: stateOf,
    within: (cidrId) => {
      const { from, to } = plan.tree.span(cidrId)
      const [start, end] = [sums[from], sums[to]]
      return { all: (end?.all ?? 0) - (start?.all ?? 0), online: (end?.online ?? 0) - (start?.online ?? 0) }
    },
  }
}

/** Who is online is seen all the time; the row says when it was last worth writing down. */
const seenLately = (row: PeerStatus, vouchedAt: string | null): PeerStatus =>
  row.online && vouchedAt !== null && (row.seenAt ?? '') < vouchedAt ? { ...row, seenAt: vouchedAt } : row

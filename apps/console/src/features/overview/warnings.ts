import { assignableCount, formatPrefix } from '@warren/cidr'
import { type InvitationView, isStuck } from '~/features/invitations/invitation-views.ts'
import type { Member, Plan } from '~/features/network/plan.ts'
import { isInnernet, type Presence, type StateWord } from '~/features/network/presence.ts'
import { weakly } from '~/features/network/weakly.ts'
import { STALE } from '~/features/peers/peers-filter.ts'
import { staleDevices, staleOf } from '~/features/peers/stale.ts'
import { to } from '~/features/to.ts'
import type { Trial } from '~/features/trials/use-trials.ts'
import { counted } from '~/ui/format.ts'

/** Something a person can act on, and where it is mended. */
export type Warning = {
  readonly key: string
  readonly text: string
  /** More about it, in a sentence; what is known of the cause. */
  readonly note?: string
  readonly action: string
  readonly href: string
}

export type Watched = {
  readonly plan: Plan
  readonly presence: Presence
  readonly invitations: readonly InvitationView[]
  readonly trials: readonly Pick<Trial, 'revision' | 'state' | 'why'>[]
  /** The server's time, in milliseconds. */
  readonly nowMs: number
}

/** What needs attention now, the worst first. That the hub is away or faulty is told on every page and not again here. */
export function warningsOf(watched: Watched): Warning[] {
  return [
    ...stuckTrials(watched),
    ...nobodyThere(watched),
    ...faults(watched),
    ...stuckJoinings(watched),
    ...laggards(watched),
    ...staleConfigurations(watched.plan),
    ...fullCidrs(watched.plan),
    ...endedInvitations(watched),
    ...expiringInvitations(watched),
    ...oldAgents(watched),
  ]
}

const having = ({ plan, presence }: Watched, word: StateWord): Member[] =>
  plan.members.filter((peer) => presence.state(peer).word === word)

const stuckTrials = ({ plan, trials }: Watched): Warning[] =>
  trials
    .filter((trial) => trial.state === 'stuck')
    .map(({ revision, why }) => ({
      key: `trial-${revision}`,
      text: `Revision ${revision} was on trial, nobody confirmed it, and it could not be taken back`,
      ...(why ? { note: why } : {}),
      action: 'See the change',
      href: to.activity({ network: plan.network.name, revision: String(revision) }),
    }))

/** With fewer agents than this, all of them may simply be switched off. */
const CROWD = 3

/** A hub that serves and hears nobody is mostly one that cannot be reached from outside. */
function nobodyThere({ plan, presence }: Watched): Warning[] {
  if (!presence.hub.connected) return []
  const joined = plan.members.filter((peer) => peer.kind !== 'hub' && peer.enabled && peer.redeemedAt !== null)
  if (joined.length < CROWD || joined.some((peer) => presence.state(peer).online)) return []
  const { name, endpoint } = plan.network
  return [
    {
      key: 'nobody',
      text: `The hub is connected, and none of the ${joined.length} peers that joined is`,
      note: `Check that UDP to ${endpoint} still leads to it: a changed address, a name that resolves to another one, or a port that is no longer forwarded.`,
      action: 'To the endpoint',
      href: to.settings({ network: name }),
    },
  ]
}

function faults(watched: Watched): Warning[] {
  const { plan, presence } = watched
  const network = plan.network.name
  const peers = having(watched, 'fault').filter((peer) => peer.kind !== 'hub')
  const [only] = peers
  if (!only) return []
  const action = { key: 'fault', action: 'Show them', href: to.peers({ network, state: 'fault' }) }
  if (peers.length > 1)
    return [{ ...action, text: `${counted(peers.length, 'peer')} could not apply the current view` }]
  const note = presence.status(only.id)?.fault
  return [
    {
      ...action,
      text: `${only.name} could not apply the current view`,
      ...(note ? { note } : {}),
      action: 'Show it',
      href: to.peer({ network, peer: only.id }),
    },
  ]
}

function stuckJoinings({ plan, presence, invitations }: Watched): Warning[] {
  // A fault is told as one.
  const isOwn = (peer: Member | null) => peer?.enabled === true && presence.state(peer).word !== 'fault'
  const stuck = invitations.filter((view) => isStuck(view) && isOwn(view.peer))
  const [only] = stuck
  if (!only) return []
  const href = `${to.invitations({ network: plan.network.name })}?state=${only.state}`
  if (stuck.length > 1)
    return [{ key: 'joining', text: `${stuck.length} joinings are stuck`, action: 'See where', href }]
  const note = only.joining?.stuck
  return [
    { key: 'joining', text: `The joining of ${only.name} is stuck`, ...(note ? { note } : {}), action: 'See it', href },
  ]
}

/** An agent applies what concerns it within a second; one that has not after this long will not by itself. */
const LAG_MS = 120_000

function laggards(watched: Watched): Warning[] {
  const { plan, presence, nowMs } = watched
  const late = having(watched, 'catching up').filter((peer) => {
    const at = presence.status(peer.id)?.appliedAt
    return peer.kind !== 'hub' && at && nowMs - Date.parse(at) > LAG_MS
  })
  if (late.length === 0) return []
  const href = to.peers({ network: plan.network.name, state: 'catching up' })
  return [{ key: 'lag', text: `${counted(late.length, 'agent')} online with an old view`, action: 'Show them', href }]
}

/** Devices have no agent that would hear of what changed. Worst are those that have no connection until then. */
function staleConfigurations(plan: Plan): Warning[] {
  const devices = staleDevices(plan)
  const [only] = devices
  if (!only) return []
  const network = plan.network.name
  const cut = devices.filter(({ id }) => staleOf(plan, id).some((line) => line.cut)).length
  if (devices.length === 1) {
    const reasons = staleOf(plan, only.id).map(({ reason }) => reason)
    const text = cut > 0 ? `${only.name} needs a new configuration` : `The configuration of ${only.name} is out of date`
    const href = to.peer({ network, peer: only.id })
    return [{ key: 'stale', text, note: reasons.join(' '), action: 'New configuration', href }]
  }
  const note =
    cut > 0 ? `${cut} of them ${cut === 1 ? 'has' : 'have'} no connection until then.` : 'All stay connected.'
  const text = `${devices.length} devices need new configurations`
  return [{ key: 'stale', text, note, action: 'Show them', href: to.peers({ network, kind: STALE }) }]
}

/** A CIDR is nearly full with this share of its addresses left, or fewer than so many. */
const LEFT_SHARE = 0.1
const LEFT = 3
/** A CIDR as small as this was meant to be full. */
const TINY = 4

/** How many that are nearly full are named. */
const NAMED = 3

/** The CIDRs that are nearly full. Only the plan says so, and it is looked through once. */
const fullCidrs = weakly((plan: Plan): Warning[] => {
  const kept = new Map<number, number>()
  for (const { cidrId } of plan.tombstones) if (cidrId !== null) kept.set(cidrId, (kept.get(cidrId) ?? 0) + 1)
  const full = plan.tree.nodes.flatMap((node) => {
    const used = plan.membersIn(node.id).length
    if (used === 0) return []
    const room = Number(
      assignableCount(
        node.prefix,
        plan.tree.children(node.id).map((child) => child.prefix),
      ),
    )
    const left = room - used - (kept.get(node.id) ?? 0)
    return room > TINY && left <= Math.max(LEFT, room * LEFT_SHARE)
      ? [{ node, room, left, kept: kept.get(node.id) ?? 0 }]
      : []
  })
  const shown = full.toSorted((a, b) => a.left / a.room - b.left / b.room).slice(0, NAMED)
  return shown.map(({ node, room, left, kept }) => ({
    key: `full-${node.id}`,
    text: `${node.name} (${formatPrefix(node.prefix)}) has ${left <= 0 ? 'no address' : `${left} of ${room} addresses`} left`,
    ...(kept > 0
      ? { note: `${kept === 1 ? '1 address' : `${kept} addresses`} of deleted peers can be released.` }
      : {}),
    action: kept > 0 ? 'Release or enlarge' : 'Enlarge it',
    href: to.tree({ network: plan.network.name, cidr: node.name }),
  }))
})

function endedInvitations(watched: Watched): Warning[] {
  const peers = having(watched, 'invitation ended')
  const [only] = peers
  if (!only) return []
  const text =
    peers.length === 1
      ? `${only.name} never joined, and its invitation has ended`
      : `${counted(peers.length, 'peer')} never joined, and their invitations have ended`
  const href = to.peers({ network: watched.plan.network.name, state: 'invitation ended' })
  return [{ key: 'ended', text, action: 'Re-issue or delete', href }]
}

const SOON_MS = 24 * 3_600_000

function expiringInvitations({ plan, invitations, nowMs }: Watched): Warning[] {
  const soon = invitations.filter(
    ({ state, row, latest }) => state === 'waiting' && latest && row && Date.parse(row.expiresAt) - nowMs < SOON_MS,
  )
  const [only] = soon
  if (!only) return []
  const text =
    soon.length === 1
      ? `The invitation of ${only.name} expires within a day`
      : `${counted(soon.length, 'invitation')} expire within a day`
  return [
    { key: 'expiring', text, action: 'Show', href: `${to.invitations({ network: plan.network.name })}?state=waiting` },
  ]
}

/** Agents that are older than the hub: both come from the same release, so they were left behind. */
function oldAgents({ plan, presence }: Watched): Warning[] {
  const hub = presence.hub.version
  if (!hub) return []
  const versions = plan.members.flatMap((peer) => {
    const status = presence.status(peer.id)
    const version = peer.kind === 'agent' && peer.enabled && !isInnernet(peer, status) ? status?.version : null
    return version && compare.compare(version, hub) < 0 ? [version] : []
  })
  const oldest = versions.toSorted(compare.compare)[0]
  if (oldest === undefined) return []
  const href = `${to.peers({ network: plan.network.name })}?sort=version`
  const text = `${counted(versions.length, 'agent')} older than the hub (${hub}), down to ${oldest}`
  return [{ key: 'old', text, action: 'Show by version', href }]
}

const compare = new Intl.Collator('en', { numeric: true })

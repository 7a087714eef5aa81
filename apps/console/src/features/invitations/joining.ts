import type { InvitationRow } from '@warren/protocol'
import type { Member } from '~/features/network/plan.ts'
import { type HubStatus, isInnernet, type PeerStatus } from '~/features/network/presence.ts'
import { span } from '~/ui/format.ts'

/** A step of joining: when it was taken (ISO 8601), null when it was not. */
export type Step = { readonly name: 'made' | 'redeemed' | 'handshake' | 'view applied'; readonly at: string | null }

/** Where a joining stands. `stuck` says why it does not go on, in a sentence or two; null while nothing speaks for that. */
export type Joining = { readonly steps: readonly Step[]; readonly stuck: string | null }

/** What a joining is told from. `invitation` is null for a device, which has none. */
export type Evidence = {
  readonly peer: Member
  readonly invitation: InvitationRow | null
  readonly status: PeerStatus | undefined
  readonly hub: HubStatus
  /** The hub's public endpoint and the TCP port of the mesh API, as nodes reach them. */
  readonly endpoint: string
  readonly apiPort: number
}

/** A step that follows by itself takes this long at most on a slow link; after that something is wrong. */
const PATIENCE_MS = 60_000

/** wg(8) tells handshakes in whole seconds, and two clocks may differ a little. */
const SLACK_MS = 5000

/** Where a joining stands at `nowMs` (server time), and why it is stuck if it is. */
export function joiningOf(evidence: Evidence, nowMs: number): Joining {
  const steps = evidence.peer.kind === 'device' ? deviceSteps(evidence) : agentSteps(evidence)
  return { steps, stuck: whyStuck(evidence, steps, nowMs) }
}

function agentSteps({ peer, invitation, status }: Evidence): Step[] {
  const redeemedAt = peer.redeemedAt
  // Any view since then will do: one that lags behind today has joined all the same.
  const applied = since(redeemedAt, status?.appliedAt ?? null)
  // Whoever has applied a view came through the tunnel, even if the hub has not told of the handshake yet.
  const shaken = since(redeemedAt, status?.handshakeAt ?? null) ?? applied
  const steps: Step[] = [
    { name: 'made', at: invitation?.createdAt ?? null },
    { name: 'redeemed', at: redeemedAt },
    { name: 'handshake', at: shaken },
  ]
  // An innernet client never says what it has applied.
  return isInnernet(peer, status) ? steps : [...steps, { name: 'view applied', at: applied }]
}

/** A device redeems nothing: it has its key from the beginning. */
const deviceSteps = ({ peer, status }: Evidence): Step[] => [
  { name: 'made', at: peer.redeemedAt },
  { name: 'handshake', at: since(peer.redeemedAt, status?.handshakeAt ?? null) },
]

/** What was observed before belongs to an earlier membership. */
function since(from: string | null, at: string | null): string | null {
  if (from === null || at === null) return null
  return Date.parse(at) >= Date.parse(from) - SLACK_MS ? at : null
}

function whyStuck(evidence: Evidence, steps: readonly Step[], nowMs: number): string | null {
  const { peer, invitation, status, hub } = evidence
  const next = steps.findIndex((step) => step.at === null)
  if (next < 0) return null
  if (!peer.enabled) return `${peer.name} is disabled, so the hub does not let it in; enable it first.`
  if (!hub.connected) return 'The hub is not connected, so nobody can join; start it first.'
  if (hub.fault) return `The hub reports a fault: ${hub.fault}`
  if (invitation && invitation.redeemedAt === null) return null

  if (status?.fault && steps[next]?.name === 'view applied')
    return `Its agent could not apply the view: ${status.fault}`

  // Handshakes are made anew every two minutes, so the time that counts is that of redeeming.
  const waitedMs = peer.redeemedAt ? nowMs - Date.parse(peer.redeemedAt) : 0
  if (waitedMs < PATIENCE_MS) return null
  if (peer.kind === 'device') return deviceSilent(evidence, waitedMs)
  return steps[next]?.name === 'handshake' ? agentSilent(evidence, waitedMs) : viewMissing(evidence, waitedMs)
}

const deviceSilent = ({ endpoint }: Evidence, waitedMs: number): string =>
  `No handshake in ${span(waitedMs)}: the tunnel is not switched on there, or UDP to ${endpoint} is blocked on the way (a firewall, or a port that the router does not forward to the hub).`

const agentSilent = ({ endpoint }: Evidence, waitedMs: number): string =>
  `Redeemed ${span(waitedMs)} ago, and no handshake with the hub since: its agent has stopped (systemctl status warren), or UDP to ${endpoint} is blocked on the way since then.`

function viewMissing({ peer, status, apiPort }: Evidence, waitedMs: number): string {
  const asked = since(peer.redeemedAt, status?.seenAt ?? null)
  if (!asked) {
    return `Redeemed ${span(waitedMs)} ago; the tunnel is up, and its agent has not asked for its view: it has stopped, or TCP port ${apiPort} of the hub is blocked inside the tunnel.`
  }
  if (!status?.online)
    return 'Its agent was there and has gone before it applied its view; see systemctl status warren there.'
  return `Its agent asks for its view and has not applied it for ${span(waitedMs)}; its log (journalctl -u warren) says why.`
}

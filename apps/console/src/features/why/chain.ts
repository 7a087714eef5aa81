import { buildReach, type Explanation, explainReach } from '@warren/cidr'
import type { Link } from '@warren/protocol'
import { type Member, type Plan, reachPeer } from '~/features/network/plan.ts'
import { invitationState, type Presence } from '~/features/network/presence.ts'
import { count } from '~/ui/format.ts'
import { agentsStep } from './chain-agents.ts'
import { handshakeStep, pathStep } from './chain-wire.ts'

/** One end of a tunnel as its agent last told of it; `at` is when it told anything at all, ISO 8601. */
export type Told = { readonly at: string | null; readonly link: Link | null }

/**
 * What the hub does for a pair without a direct path: it passes packets on, says why not (one sentence), or is about to.
 * `tried`: the endpoints of the other that each side had tried.
 */
export type Relay = {
  readonly open: boolean
  readonly refused: string | null
  readonly tried: { readonly a: readonly string[]; readonly b: readonly string[] }
}

/** Endpoints, each with whose it is. */
export type Endpoints = readonly { readonly text: string; readonly note: string }[]

/** A revision that an agent should have and has not. Times are ISO 8601. */
export type Waited = {
  readonly peerId: number
  readonly revision: number
  readonly why: 'offline' | 'catching up' | 'fault' | 'not joined'
  readonly since: string | null
  readonly fault: string | null
}

/** Everything that the answer is drawn from. `between` is null while it has not come. */
export type Question = {
  readonly plan: Plan
  readonly presence: Pick<Presence, 'hub' | 'status' | 'state'>
  readonly a: Member
  readonly b: Member
  readonly between: { readonly a: Told; readonly b: Told; readonly relay: Relay | null } | null
  /** Of the network. */
  readonly revision: number
  /** What propagation receipts say is still to be applied, latest first. */
  readonly waiting: readonly Waited[]
  /** Server time in milliseconds. */
  readonly nowMs: number
  /** A time of day as the reader's country writes it, from ISO 8601. */
  clock(at: string): string
}

/** How a step stands. `relayed` works, by a detour; `waiting` will mend itself; `idle` has nothing to do. */
export type StepState = 'ok' | 'relayed' | 'waiting' | 'broken' | 'idle'

export type StepKey = 'allowed' | 'joined' | 'agents' | 'path' | 'handshake'

/** One step from the rule to the wire. */
export type Step = {
  readonly key: StepKey
  readonly state: StepState
  readonly title: string
  /** The time that belongs to the title, ISO 8601; told as an age. */
  readonly at?: string
  readonly details: readonly string[]
  /** What was tried or is in use, each with whose it is. */
  readonly endpoints?: Endpoints
}

/** The answer for a pair: every step, the first broken one, and the whole in one sentence. */
export type Chain = {
  readonly steps: readonly Step[]
  readonly broken: StepKey | null
  /** Two or three words: "reaches, direct". */
  readonly verdict: string
  readonly headline: string
}

/** Follows a pair from the rule that allows it to the last handshake. Pure: the same facts give the same answer. */
export function chainOf(question: Question): Chain {
  const allowed = allowedStep(question)
  const joined = joinedStep(question)
  const wanted = allowed.state === 'ok' && joined.state === 'ok'
  const rest = wanted ? [agentsStep(question), pathStep(question), handshakeStep(question)] : [leftovers(question)]
  const steps = [allowed, joined, ...rest]
  const broken = steps.find((step) => step.state === 'broken')
  return {
    steps,
    broken: broken?.key ?? null,
    verdict: verdictOf(steps, broken),
    headline: broken ? sentenceOf(broken, question) : headlineOf(steps, question),
  }
}

function verdictOf(steps: readonly Step[], broken: Step | undefined): string {
  if (broken) return broken.key === 'allowed' ? 'may not reach' : 'does not reach'
  const path = steps.find((step) => step.key === 'path')
  if (path?.state === 'relayed') return 'reaches, relayed'
  return path?.state === 'ok' ? 'reaches, direct' : 'may reach'
}

/** A broken step as a sentence: its first detail says what is wrong, in full. */
const sentenceOf = (step: Step, { a, b }: Question): string =>
  step.details[0] ?? `${a.name} does not reach ${b.name}: ${step.title}.`

function headlineOf(steps: readonly Step[], { a, b }: Question): string {
  const path = steps.find((step) => step.key === 'path')
  if (path?.state === 'ok') return `${a.name} and ${b.name} reach each other directly.`
  if (path?.state === 'relayed') return `${a.name} and ${b.name} reach each other through a hub.`
  return `${a.name} and ${b.name} may reach each other; how packets travel is not told yet.`
}

/** Which rule lets the two, whether or not they have joined yet. */
function allowedStep(question: Question): Step {
  const why = ruleOf(question)
  return {
    key: 'allowed',
    state: why.reaches ? 'ok' : 'broken',
    title: why.reaches ? 'Allowed' : 'Not allowed',
    details: [
      why.reaches ? explainReach(why) : `${question.a.name} may not reach ${question.b.name}. ${explainReach(why)}`,
    ],
  }
}

/** The rule looks at peers that take part only; what it would say of these two then is built for them alone. */
function ruleOf({ plan, a, b }: Question): Explanation {
  const why = plan.reach.explain(a.id, b.id)
  if (why.kind !== 'inactive') return why
  const peers = [a, b].map((peer) => ({ ...reachPeer(peer), enabled: true, redeemed: true }))
  return buildReach({ tree: plan.tree, peers, associations: plan.associations }).explain(a.id, b.id)
}

function joinedStep(question: Question): Step {
  const missing = [question.a, question.b].flatMap((peer) => whyNotIn(peer, question) ?? [])
  return missing.length === 0
    ? { key: 'joined', state: 'ok', title: 'Both have joined', details: ['Both are enabled.'] }
    : { key: 'joined', state: 'broken', title: 'Not both take part', details: missing }
}

function whyNotIn(peer: Member, { plan, nowMs, clock }: Question): string | null {
  if (!peer.enabled) return `${peer.name} is disabled: every node has dropped its key.`
  if (peer.redeemedAt !== null) return null
  const invitation = plan.invitationsOf(peer.id)[0]
  const stand = invitationState(invitation, nowMs)
  if (stand === 'waiting' && invitation) {
    return `${peer.name} has not joined: its invitation waits until ${clock(invitation.expiresAt)}.`
  }
  return stand === 'none'
    ? `${peer.name} has not joined, and has no invitation.`
    : `${peer.name} has not joined: its invitation is ${stand}.`
}

/** Of a pair that should have no tunnel: whether there is one all the same. */
function leftovers({ between, a, b }: Question): Step {
  const live = between?.a.link?.live || between?.b.link?.live
  return live
    ? {
        key: 'path',
        state: 'waiting',
        title: 'A tunnel is still up',
        details: [`Not both of ${a.name} and ${b.name} have dropped the other’s key yet.`],
      }
    : { key: 'path', state: 'idle', title: 'No tunnel, as it should be', details: [] }
}

/** A revision as it is told. */
export const revisionText = (revision: number): string => `revision ${count(revision)}`

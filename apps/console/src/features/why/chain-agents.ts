import type { Member } from '~/features/network/plan.ts'
import { isInnernet, lastHeard } from '~/features/network/presence.ts'
import { type Question, revisionText, type Step, type StepState, type Waited } from './chain.ts'

/** How one side stands: what it has, and if it lacks something, in a sentence. */
type Side = { readonly state: StepState; readonly has: string }

/** Whether both sides have applied what concerns the pair: agents by their reports, devices by their hub. */
export function agentsStep(question: Question): Step {
  const sides = [question.a, question.b].map((peer) => sideOf(peer, question))
  const worst = order.find((state) => sides.some((side) => side.state === state)) ?? 'ok'
  const told = worst === 'broken' ? sides.toSorted((p, q) => order.indexOf(p.state) - order.indexOf(q.state)) : sides
  return { key: 'agents', state: worst, title: titles[worst], details: told.map((side) => side.has) }
}

/** The worst first. */
const order: readonly StepState[] = ['broken', 'waiting', 'relayed', 'idle', 'ok']

const titles: Record<StepState, string> = {
  ok: 'Both sides know it',
  relayed: 'Both sides know it',
  idle: 'Both sides know it',
  waiting: 'Not both sides have told so yet',
  broken: 'Not both sides know it',
}

function sideOf(peer: Member, question: Question): Side {
  if (isInnernet(peer, question.presence.status(peer.id))) return innernetSide(peer, question)
  return peer.kind === 'agent' ? agentSide(peer, question) : hubSide(peer, question)
}

/** An innernet client tells nothing, and is told of no devices. */
function innernetSide(peer: Member, { a, b, presence, clock }: Question): Side {
  const runs = `${peer.name} runs an innernet client`
  const device = [a, b].find(({ kind }) => kind === 'device')
  if (device) return { state: 'broken', has: `${runs}, which knows no devices: it is not told of ${device.name}.` }
  const heard = lastHeard(presence.status(peer.id))
  if (presence.state(peer).online) {
    return { state: 'ok', has: `${runs}, which asks about once a minute and does not tell what it has applied.` }
  }
  return { state: 'waiting', has: `${runs}, and ${heard ? `was last heard of at ${clock(heard)}` : 'was never seen'}.` }
}

function agentSide(peer: Member, question: Question): Side {
  const { presence, between, waiting, clock } = question
  const status = presence.status(peer.id)
  const missing = waiting.find((one) => one.peerId === peer.id)
  const has = status?.appliedRevision ?? null
  const online = status?.online ?? false
  // Tunnels outlive their agent: what the other side sees counts for more than a silent agent.
  const works = Boolean(between?.a.link?.live || between?.b.link?.live)
  if (status?.fault) return { state: 'broken', has: `${lacks(peer, question)}: its agent reports “${status.fault}”.` }
  if (missing)
    return { state: missing.why === 'catching up' ? 'waiting' : 'broken', has: missingText(peer, missing, question) }
  if (!online) {
    const since = status?.seenAt ? `offline since ${clock(status.seenAt)}` : 'it was never seen'
    if (works) return { state: 'waiting', has: `${peer.name} is ${since}; its tunnels stay up.` }
    return {
      state: 'broken',
      has: status?.current === false ? `${lacks(peer, question)}: ${since}.` : `${peer.name} is not there: ${since}.`,
    }
  }
  if (has === null) return { state: 'waiting', has: `${peer.name} has reported nothing yet.` }
  if (status?.current === false)
    return { state: 'waiting', has: `${lacks(peer, question)}: it is catching up, now at ${revisionText(has)}.` }
  return {
    state: 'ok',
    has: `${peer.name} has applied ${revisionText(has)}${status?.current ? ', which is current' : ''}.`,
  }
}

const lacks = (peer: Member, { revision, waiting }: Question): string => {
  const missing = waiting.find((one) => one.peerId === peer.id)?.revision ?? revision
  return `${peer.name} has not applied ${revisionText(missing)}`
}

function missingText(peer: Member, { why, since, fault }: Waited, question: Question): string {
  const said = lacks(peer, question)
  switch (why) {
    case 'offline':
      return `${said}: offline${since ? ` since ${question.clock(since)}` : ''}.`
    case 'fault':
      return `${said}: its agent reports “${fault ?? 'a fault'}”.`
    case 'catching up':
      return `${said}: it is catching up.`
    case 'not joined':
      return `${said}: it has not joined.`
  }
}

/** For a device there is no agent to know anything: its hub enforces, as it does for itself. */
function hubSide(peer: Member, { presence: { hub }, revision }: Question): Side {
  const who = peer.kind === 'hub' ? peer.name : `The hub, which enforces for ${peer.name},`
  if (hub.fault) return { state: 'broken', has: `${who} reports “${hub.fault}”.` }
  if (!hub.connected) return { state: 'broken', has: `${who} is not connected to the console.` }
  if (hub.appliedRevision === null) return { state: 'waiting', has: `${who} has reported nothing yet.` }
  if (hub.appliedRevision < revision) {
    return { state: 'waiting', has: `${who} is at ${revisionText(hub.appliedRevision)} of ${revisionText(revision)}.` }
  }
  return { state: 'ok', has: `${who} has applied ${revisionText(hub.appliedRevision)}.` }
}

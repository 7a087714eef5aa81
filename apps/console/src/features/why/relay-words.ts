import type { Member } from '~/features/network/plan.ts'
import { isInnernet } from '~/features/network/presence.ts'
import type { Endpoints, Question, Relay } from './chain.ts'

/** Why no direct path was found, as far as it can be seen from outside; and what the hub does about it. */
export function relayReason(question: Question): string[] {
  const { relay } = question.between ?? {}
  const count = (relay?.tried.a.length ?? 0) + (relay?.tried.b.length ?? 0)
  const tried = count > 0 ? `No direct endpoint answered, of ${count} tried.` : 'No direct path was found.'
  return [tried, ...natWords(question), 'The hub passes packets on that it cannot read; direct is retried.']
}

/** Why the hub does not help a pair that finds no path; nothing where it is about to, or where nobody can tell. */
export function whyNotRelayed({ plan, presence, between, a, b }: Question): string[] {
  if (a.kind !== 'agent' || b.kind !== 'agent') return []
  const client = [a, b].find((peer) => isInnernet(peer, presence.status(peer.id)))
  if (client) return [`The hub cannot help: ${client.name} runs an innernet client, which knows no relays.`]
  if (!plan.network.relay) return ['The hub could pass their packets on, but relaying is switched off in the settings.']
  const { relay } = between ?? {}
  if (relay?.refused) return [`The hub does not pass their packets on: ${relay.refused}`]
  if (relay?.open) return [`The hub has opened a relay for ${a.name} and ${b.name}; they have not got through it yet.`]
  return relay ? ['The hub is about to pass their packets on.'] : []
}

/** The endpoints that were tried before the hub helped, each with whose it is. */
export function triedBefore({ a, b }: Pick<Question, 'a' | 'b'>, relay: Relay | null): Endpoints {
  if (!relay) return []
  const of = (other: Member, texts: readonly string[]) =>
    texts.map((text) => ({ text, note: `${other.name}, not answering` }))
  return [...of(b, relay.tried.a), ...of(a, relay.tried.b)]
}

function natWords({ a, b, presence }: Question): string[] {
  const shifty = [a, b].filter(({ id }) => changesPorts(presence.status(id)))
  if (shifty.length === 2) return ['Both seem to be behind NATs that change ports.']
  return shifty.map(({ name }) => `${name} seems to be behind a NAT that changes ports.`)
}

/**
 * Whether a peer is seen with another port than those it offers itself. From one place it cannot be told more: such a NAT
 * may give each destination another one.
 */
function changesPorts(status: { endpoint: string | null; candidates: readonly string[] } | undefined): boolean {
  const seen = status?.endpoint ?? null
  const own = (status?.candidates ?? []).map(portOf)
  return seen !== null && own.length > 0 && !own.includes(portOf(seen))
}

/** The port of an endpoint that was checked long ago. */
const portOf = (endpoint: string): string => endpoint.slice(endpoint.lastIndexOf(':') + 1)

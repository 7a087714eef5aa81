import type { EditNetwork, NetworkRow } from '@warren/protocol'

/** What is typed; a number may be half of one, and what may be empty is called by the server's words when it must not. */
export type Typed = {
  endpoint: string
  listenPort: string
  invitationHours: string
  keepaliveS: string
  pollHoldS: string
  pollEveryS: string
  rotateDays: string
  relay: boolean
  dns: boolean
}

/** Fields that say something by being empty. */
const mayBeEmpty: ReadonlySet<keyof Typed> = new Set(['pollEveryS', 'rotateDays'])

/** A network's row as it stands in the form. */
export const typedOf = (network: NetworkRow): Typed => ({
  endpoint: network.endpoint,
  listenPort: String(network.listenPort),
  invitationHours: String(network.invitationHours),
  keepaliveS: String(network.keepaliveS),
  pollHoldS: String(network.pollHoldS),
  pollEveryS: network.pollEveryS === null ? '' : String(network.pollEveryS),
  rotateDays: network.rotateDays === null ? '' : String(network.rotateDays),
  relay: network.relay,
  dns: network.dns,
})

/** What is typed otherwise than it is, as the server takes it; what two people change at once does not meet. */
export function inputOf(typed: Typed, network: NetworkRow): Omit<EditNetwork, 'networkId'> {
  const is = typedOf(network)
  const changed = Object.entries(typed).filter(([name, value]) => is[name as keyof Typed] !== value)
  return Object.fromEntries(changed.map(([name, value]) => [name, spoken(name, value)]))
}

function spoken(name: string, value: string | boolean): string | boolean | number | null {
  if (typeof value === 'boolean' || name === 'endpoint') return value
  return value.trim() === '' ? null : Number(value)
}

/** Whether a field that has to say something is empty. */
export const hasGap = (typed: Typed): boolean =>
  Object.entries(typed).some(
    ([name, value]) => typeof value === 'string' && value.trim() === '' && !mayBeEmpty.has(name as keyof Typed),
  )

/**
 * The form with another endpoint. Where the hub listened on the endpoint's own port it goes on to do so: the two differ
 * only behind a forwarded port.
 */
export function withEndpoint(typed: Typed, endpoint: string): Typed {
  const follows = portOf(typed.endpoint) === typed.listenPort
  const port = portOf(endpoint)
  return { ...typed, endpoint, ...(follows && port !== null ? { listenPort: port } : {}) }
}

const portOf = (endpoint: string): string | null => /:(\d{1,5})\s*$/.exec(endpoint)?.[1] ?? null

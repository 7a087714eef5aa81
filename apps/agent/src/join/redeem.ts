import { setTimeout as sleep } from 'node:timers/promises'
import { formatEndpoint, type RedeemAnswer, type RefusalKind } from '@warren/protocol'
import { type MeshProblem, meshClient } from '../mesh/client.ts'
import type { PendingConfig } from '../state/config.ts'
import { version } from '../version.ts'
import { publicKeyOf } from '../wireguard/keys.ts'
import { failureOf } from './finish.ts'
import type { Ticket } from './ticket.ts'

/** Chosen: a console that restarts is back within this; the hub has just answered, so somebody is there. */
const LIMIT_MS = 12_000
const PAUSE_MS = 150

/** Whether the same question may be answered differently a little later. */
export const mayPass = (kind: RefusalKind): boolean => kind === 'unavailable' || kind === 'too-many'

export type Redemption = {
  readonly ticket: Ticket
  readonly pending: PendingConfig
  /** Where the mesh API answers. */
  readonly host: string
  readonly limitMs?: number
  /** Shakes hands with the hub anew; left out where silence means something else. */
  readonly reach?: () => Promise<void>
}

/**
 * Trades the invitation for a place in the network. Repeated until there is an answer: for the same keys the console
 * answers the same, however often it is asked. Silence means that the hub no longer has this node's session: it was
 * restarted, or another node shook hands with the same invitation since. WireGuard itself would notice 15 s later.
 * @throws Refusal in the console's words (used, expired, revoked …); Failure (unreachable)
 */
export async function redeem(redemption: Redemption): Promise<RedeemAnswer> {
  const { ticket, pending, host, limitMs = LIMIT_MS, reach } = redemption
  const mesh = meshClient({ hosts: [host], port: ticket.apiPort, hubKey: ticket.hubKey, secret: null })
  const input = {
    publicKey: publicKeyOf(pending.peer['private-key']),
    secret: pending.peer.secret,
    listenPort: pending.peer['listen-port'],
    version,
  }
  const limit = AbortSignal.timeout(limitMs)
  let problem: MeshProblem = { kind: 'aborted' }
  while (!limit.aborted) {
    const answer = await mesh.redeem(input, limit)
    if (answer.ok) return answer.value
    if (answer.problem.kind !== 'aborted') problem = answer.problem
    if (problem.kind === 'refused' && !mayPass(problem.refusal.kind)) break
    if (problem.kind === 'outage' && problem.outage === 'silent' && !limit.aborted) await reach?.()
    await sleep(PAUSE_MS)
  }
  throw failureOf(problem, formatEndpoint({ host, port: ticket.apiPort }))
}

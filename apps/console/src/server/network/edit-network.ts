import type { Writer } from '@warren/db'
import { type EditNetwork, type NetworkRow, Refusal } from '@warren/protocol'
import { prefixIn } from '../cidr/plan.ts'
import type { Ctx } from '../ctx.ts'
import { given } from '../given.ts'
import { write } from '../write.ts'
import { refuseEndpointInside } from './outer-endpoint.ts'
import { refusePortOfBefore } from './port-of-before.ts'

/**
 * Changes where the hub is reached, and what else counts for a network as a whole. What is left out stays as it is. Where
 * the hub was before is kept and told to the nodes beside the new place, until an admin says that the move is over.
 * @throws Refusal not-found, rule-broken (endpoint, moveIsOver), conflict (listenPort)
 */
export async function editNetwork(ctx: Ctx, input: EditNetwork): Promise<NetworkRow> {
  const { networkId, endpoint, listenPort } = input
  if (listenPort !== undefined) await refusePortOfBefore(ctx, { networkId, listenPort })
  return write(ctx, { networkId, kind: 'network.edited' }, async (tx) => {
    if (endpoint !== undefined) {
      for (const root of (await tx.cidrs()).filter(({ parentId }) => parentId === null)) {
        for (const prefix of [root.prefix, root.prefix6]) {
          if (prefix !== null) refuseEndpointInside(prefixIn(prefix), endpoint)
        }
      }
    }
    const { invitationHours, keepaliveS, relay, dns, pollHoldS, pollEveryS, rotateDays } = input
    const others = { invitationHours, keepaliveS, relay, dns, pollHoldS, pollEveryS, rotateDays }
    const whereabouts = await moved(tx, input)
    if (whereabouts.listenPort !== undefined) await moveHub(tx, whereabouts.listenPort)
    return tx.update('networks', networkId, given({ ...others, ...whereabouts }))
  })
}

type Whereabouts = Pick<NetworkRow, 'endpoint' | 'listenPort' | 'endpointBefore' | 'listenPortBefore' | 'movedRevision'>

/** What becomes of the hub's place, and of the place of before. */
async function moved(tx: Writer, { endpoint, listenPort, moveIsOver }: EditNetwork): Promise<Partial<Whereabouts>> {
  const now = tx.network
  const goes = {
    ...(endpoint === undefined || endpoint === now.endpoint ? {} : { endpoint }),
    ...(listenPort === undefined || listenPort === now.listenPort ? {} : { listenPort }),
  }
  const hasMoved = goes.endpoint !== undefined || goes.listenPort !== undefined
  if (moveIsOver) {
    if (hasMoved) throw new Refusal('rule-broken', 'A move that begins now is not over.', 'moveIsOver')
    return { endpointBefore: null, listenPortBefore: null, movedRevision: null }
  }
  if (!hasMoved || !(await isKnown(tx))) return goes
  return {
    ...goes,
    endpointBefore: before(now.endpoint, goes.endpoint, now.endpointBefore),
    listenPortBefore: before(now.listenPort, goes.listenPort, now.listenPortBefore),
    movedRevision: tx.revision,
  }
}

/**
 * The place of before. Whoever was away knows the first one, so that of a move under way is kept; but on the way back it
 * is the one in between that some may know alone.
 */
function before<T>(now: T, next: T | undefined, known: T | null): T | null {
  if (next === undefined || known === null) return next === undefined ? known : now
  return next === known ? now : known
}

/** Whether anybody was ever told where the hub is. */
async function isKnown(tx: Writer): Promise<boolean> {
  const peers = await tx.peersIn((await tx.cidrs()).map(({ id }) => id))
  return peers.some(({ kind }) => kind !== 'hub')
}

async function moveHub(tx: Writer, listenPort: number): Promise<void> {
  const peers = await tx.peersIn((await tx.cidrs()).map(({ id }) => id))
  for (const { id } of peers.filter(({ kind }) => kind === 'hub')) await tx.update('peers', id, { listenPort })
}

import { CHANGE_CHANNEL, listen } from '@warren/db'
import { createAssociation } from '../../apps/console/src/server/association/create-association.ts'
import { deleteAssociation } from '../../apps/console/src/server/association/delete-association.ts'
import { createPeer } from '../../apps/console/src/server/peer/create-peer.ts'
import { now } from './messages.ts'
import { type BenchWorld, newKey } from './world.ts'

/** What an admin does in this bench. Each settles at the moment of the commit, in `now` time. */
export type Changes = {
  /** Adds a member that everybody sees: a device is one at once, and all reach `infra`. */
  addPeer(): Promise<number>
  /** Opens 500 × 500. */
  associate(): Promise<number>
  dissociate(): Promise<number>
  /** How long the mutations took from their beginning to the commit, in milliseconds. */
  readonly tookMs: readonly number[]
  close(): Promise<void>
}

/** Postgres tells a commit to all who listen at that very moment, so this does. */
export async function changesIn(world: BenchWorld, url: string): Promise<Changes> {
  const { ctx, networkId, infra, west, east } = world
  const tookMs: number[] = []
  let tell: (at: number) => void = () => {}
  let added = 0
  let associationId = 0
  const noticed = () => tell(now())
  const listener = await listen(url, [CHANGE_CHANNEL], noticed, () => {})

  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const committed = new Promise<number>((resolve) => {
      tell = resolve
    })
    const from = now()
    await work()
    const at = await committed
    tookMs.push(at - from)
    return at
  }
  return {
    tookMs,
    addPeer: () => {
      added += 1
      const peer = { name: `added-${added}`, kind: 'device', publicKey: newKey(), isAdmin: false } as const
      return timed(() => createPeer(ctx, { networkId, cidrId: infra, ...peer }))
    },
    associate: () =>
      timed(async () => {
        associationId = (await createAssociation(ctx, { networkId, a: west, b: east })).id
      }),
    dissociate: () => timed(() => deleteAssociation(ctx, { networkId, associationId })),
    close: () => listener.close(),
  }
}

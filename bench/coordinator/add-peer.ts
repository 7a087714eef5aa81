import { createPeer } from '../../apps/console/src/server/peer/create-peer.ts'
import { type BenchWorld, newKey } from './world.ts'

/** Adds a member that everybody sees: a device is one at once, and all reach `infra`. */
export const addPeer = ({ ctx, networkId, infra }: BenchWorld, name: string): Promise<unknown> =>
  createPeer(ctx, { networkId, cidrId: infra, name, kind: 'device', publicKey: newKey(), isAdmin: false })

import type { Actor, PeerRow } from '@warren/protocol'
import { createNetwork, type Db, type New, type RowOf } from '../src/index.ts'

export const anna: Actor = { kind: 'user', id: 1, name: 'anna' }

/** Keys only have to look like keys here; `n` tells them apart. */
export const keyOf = (n: number): string => `${`k${n}`.padEnd(42, 'x')}A=`

export const peerOf = (row: Pick<PeerRow, 'cidrId' | 'name' | 'address'> & Partial<New<PeerRow>>): New<PeerRow> => ({
  kind: 'agent',
  publicKey: null,
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: null,
  deletedAt: null,
  ...row,
})

/** What every test of a network begins with; `nth` keeps several of them apart. */
export type Acme = {
  networkId: number
  root: RowOf['cidrs']
  infra: RowOf['cidrs']
  ops: RowOf['cidrs']
  hub: RowOf['peers']
  laptop: RowOf['peers']
}

/** acme 10.42.0.0/16 with infra 10.42.0.0/24 (the hub) and ops 10.42.8.0/24 (a laptop), joined by root–infra. */
export async function plantAcme(db: Db, nth = 0): Promise<Acme> {
  const name = `acme${nth || ''}`
  const row = {
    name,
    interface: name,
    endpoint: 'hub.example.org:51820',
    apiPort: 51820,
    invitationHours: 168,
    keepaliveS: 25,
  }
  const network = { ...row, listenPort: 51820 + nth }
  const { value } = await createNetwork(db, { actor: anna, network }, async (tx) => {
    const cidr = (parentId: number | null, label: string, prefix: string) =>
      tx.insert('cidrs', { parentId, name: label, prefix, isolated: false })
    const root = await cidr(null, name, '10.42.0.0/16')
    const infra = await cidr(root.id, 'infra', '10.42.0.0/24')
    const ops = await cidr(root.id, 'ops', '10.42.8.0/24')
    await tx.insert('associations', { a: root.id, b: infra.id })
    const hub = await tx.insert(
      'peers',
      peerOf({
        cidrId: infra.id,
        name: 'hub',
        address: '10.42.0.1',
        kind: 'hub',
        redeemedAt: '2026-01-01T00:00:00.000Z',
      }),
    )
    const laptop = await tx.insert('peers', peerOf({ cidrId: ops.id, name: 'laptop', address: '10.42.8.2' }))
    return { networkId: tx.network.id, root, infra, ops, hub, laptop }
  })
  return value
}

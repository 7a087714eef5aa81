import { createHash, randomBytes } from 'node:crypto'
import net from 'node:net'
import { change, type Db, loadNetwork, saveStatus } from '@warren/db'
import { type PeerRow, PublicKey } from '@warren/protocol'
import type { Ctx } from '../../apps/console/src/server/ctx.ts'
import { registerHubKey } from '../../apps/console/src/server/hub/register-hub-key.ts'
import { createNetwork } from '../../apps/console/src/server/network/create-network.ts'
import type { AgentSpec } from './messages.ts'

/** Two halves that do not see each other, of ten CIDRs with fifty peers each. */
const HALVES = ['west', 'east']
const CIDRS_IN_HALF = 10
const PEERS_IN_CIDR = 50

export type BenchWorld = {
  ctx: Ctx
  networkId: number
  hubKey: string
  hubAddress: string
  port: number
  infra: number
  west: number
  east: number
  agents: AgentSpec[]
  /** Sits directly in the root and so sees everybody. */
  overseer: AgentSpec
}

const actor = { kind: 'user', id: 1, name: 'bench' } as const

export const newKey = (): PublicKey => PublicKey.parse(randomBytes(32).toString('base64'))

/** A network of 1,000 agents on loopback addresses, each with an endpoint at which it was observed. */
export async function plantWorld(db: Db): Promise<BenchWorld> {
  const ctx: Ctx = { db, actor }
  const port = await freePort()
  const input = { name: 'bench', prefix: '127.42.0.0/16', endpoint: '203.0.113.7:51820', listenPort: port }
  const { id: networkId } = await createNetwork(ctx, input)
  const hubKey = newKey()
  const { peer: hub } = await registerHubKey(ctx, { networkId, publicKey: hubKey })
  const before = await loadNetwork(db, networkId)
  const idOf = (name: string) => before?.cidrs.find((cidr) => cidr.name === name)?.id ?? 0

  const work = { networkId, actor, kind: 'peer.created' } as const
  const { value } = await change(db, work, async (tx) => {
    const cidr = (name: string, prefix: string, parentId: number) =>
      tx.insert('cidrs', { name, prefix, parentId, isolated: false })
    const specs: AgentSpec[] = []
    const peers: PeerRow[] = []
    const join = async (name: string, address: string, cidrId: number) => {
      const secret = randomBytes(32).toString('base64url')
      const row = await tx.insert('peers', { ...member, name, address, cidrId, publicKey: newKey() })
      await tx.setSecretHash(row.id, createHash('sha256').update(secret).digest('hex'))
      peers.push(row)
      return { from: address, secret }
    }
    const overseer = await join('overseer', '127.42.255.1', idOf('bench'))
    const halves: number[] = []
    for (const [h, half] of HALVES.entries()) {
      const top = await cidr(half, `127.42.${64 + h * 64}.0/18`, idOf('bench'))
      halves.push(top.id)
      for (let c = 0; c < CIDRS_IN_HALF; c += 1) {
        const third = 64 + h * 64 + c
        const home = await cidr(`${half}-${c}`, `127.42.${third}.0/24`, top.id)
        for (let p = 1; p <= PEERS_IN_CIDR; p += 1) {
          specs.push(await join(`${half}-${c}-${p}`, `127.42.${third}.${p}`, home.id))
        }
      }
    }
    return { specs, peers, overseer, halves }
  })
  await saveStatus(
    db,
    networkId,
    value.peers.map(({ id }) => ({ ...unseen, peerId: id, endpoint: endpointOf(id) })),
  )
  const [west = 0, east = 0] = value.halves
  return {
    ctx,
    networkId,
    hubKey,
    hubAddress: hub.address,
    port,
    infra: idOf('infra'),
    west,
    east,
    agents: value.specs,
    overseer: value.overseer,
  }
}

/** An agent that has joined, but for what tells it from others. */
export const member = {
  kind: 'agent',
  enabled: true,
  isAdmin: false,
  listenPort: null,
  endpointOverride: null,
  redeemedAt: '2026-01-01T00:00:00.000Z',
  deletedAt: null,
} as const

const unseen = {
  online: false,
  seenAt: null,
  handshakeAt: null,
  rx: 0,
  tx: 0,
  appliedRevision: null,
  appliedAt: null,
  current: null,
  version: null,
  candidates: [],
  fault: null,
}

const endpointOf = (id: number): string => `198.51.${100 + (id >> 8)}.${id & 255}:51820`

/** A TCP port that nobody listens on right now at a loopback address. */
export async function freePort(host = '127.42.0.1'): Promise<number> {
  const probe = net.createServer()
  await new Promise<void>((resolve) => probe.listen(0, host, resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

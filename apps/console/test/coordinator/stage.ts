import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import path from 'node:path'
import { HUB_KEY_HEADER, type PublicKey } from '@warren/protocol'
import { doorAddress } from '@warren/protocol/door'
import { vi } from 'vitest'
import type { Ctx } from '~/server/ctx.ts'
import { createNetwork } from '~/server/network/create-network.ts'
import { createPeer } from '~/server/peer/create-peer.ts'
import { redeemPeer } from '~/server/peer/redeem-peer.ts'
import { type Coordinator, createCoordinator } from '../../src/coordinator/coordinator.ts'
import { secretHashOf } from '../../src/coordinator/secrets.ts'
import { newKey, stateOf } from '../server/world.ts'
import { FakeHub } from './fake-hub.ts'
import { FakeAgent, type Seat } from './mesh-client.ts'

/** Where a stage's network is: 127.<quarter>.0.0/16, its door at 127.<quarter + 100>.0.0/16. All of 127/8 is this host. */
export const prefixOf = (quarter: number): string => `127.${quarter}.0.0/16`
const doorStage = (quarter: number): string => `127.${quarter + 100}.0.1`

/** A network with a coordinator in this process, on loopback addresses instead of tunnels. */
export class Stage {
  readonly ctx: Ctx
  readonly logged: string[] = []
  readonly hubKey = newKey()
  networkId = 0
  port = 0
  hubHost = ''
  readonly #dir: string
  readonly #quarter: number
  /** Addresses in the door, by the loopback address that stands for them. */
  readonly #guests = new Map<string, string>()
  #coordinator: Coordinator | null = null

  private constructor(ctx: Ctx, quarter: number, dir: string) {
    this.ctx = ctx
    this.#quarter = quarter
    this.#dir = dir
  }

  /** Makes the network, starts a coordinator and connects a hub that gives its key. */
  static async open(ctx: Ctx, quarter: number): Promise<{ stage: Stage; hub: FakeHub }> {
    const stage = new Stage(ctx, quarter, await mkdtemp('/tmp/warren-stage-'))
    await stage.#makeNetwork()
    await stage.start()
    const hub = await FakeHub.connect(stage.socket)
    await hub.giveKey(stage.networkId, stage.hubKey)
    return { stage, hub }
  }

  async #makeNetwork(): Promise<void> {
    this.port = await freePort()
    const network = await createNetwork(this.ctx, {
      name: `net${this.#quarter}`,
      prefix: prefixOf(this.#quarter),
      endpoint: '203.0.113.7:51820',
      listenPort: this.port,
    })
    this.networkId = network.id
    this.hubHost = (await this.rows()).peers[0]?.address ?? ''
  }

  get socket(): string {
    return path.join(this.#dir, 'hub.sock')
  }

  get coordinator(): Coordinator {
    if (!this.#coordinator) throw new Error('no coordinator runs')
    return this.#coordinator
  }

  rows() {
    return stateOf(this.ctx, this.networkId)
  }

  async start(): Promise<void> {
    this.#coordinator = createCoordinator({
      db: this.ctx.db,
      hubSocket: { path: this.socket, mode: 0o600 },
      log: (sentence) => this.logged.push(sentence),
      stage: {
        at: (host, port) => ({ host: host.includes(':') ? doorStage(this.#quarter) : host, port }),
        sourceOf: (remote) => this.#guests.get(remote) ?? remote,
      },
    })
    await this.#coordinator.start()
    await this.#coordinator.ready
  }

  async stop(): Promise<void> {
    await this.#coordinator?.stop()
    this.#coordinator = null
  }

  async close(): Promise<void> {
    await this.stop()
    await rm(this.#dir, { recursive: true, force: true })
  }

  /** Invites a peer; `door` is where it comes in, as itself. */
  async invite(name: string, cidrId?: number) {
    const temporaryKey = newKey()
    const root = (await this.rows()).cidrs.find((cidr) => cidr.parentId === null)?.id ?? 0
    const made = await createPeer(this.ctx, {
      networkId: this.networkId,
      cidrId: cidrId ?? root,
      name,
      kind: 'agent',
      publicKey: temporaryKey,
      isAdmin: false,
    })
    await this.caughtUp((await this.rows()).revision)
    const from = `127.${this.#quarter + 100}.1.${made.peer.id % 250}`
    this.#guests.set(from, doorAddress(this.hubKey, temporaryKey))
    const host = doorStage(this.#quarter)
    const door: Seat = { host, port: this.port, from, headers: { [HUB_KEY_HEADER]: this.hubKey } }
    return { ...made, temporaryKey, door }
  }

  /** A peer that has joined, past the mesh API, and its agent, which has not polled yet. */
  async join(name: string, cidrId?: number): Promise<{ id: number; agent: FakeAgent; key: PublicKey; secret: string }> {
    const { peer, invitation } = await this.invite(name, cidrId)
    const key = newKey()
    const secret = newSecret()
    const { revision } = await redeemPeer(this.ctx, {
      invitationId: invitation?.id,
      publicKey: key,
      secretHash: secretHashOf(secret),
      listenPort: null,
      now: new Date(),
    })
    await this.caughtUp(revision ?? 0)
    return { id: peer.id, key, secret, agent: this.agentAt(peer.address, secret) }
  }

  /** The same peer's agent as it asks through the door, by its lasting key. */
  agentInDoor({ id, key, secret }: { id: number; key: PublicKey; secret: string }): FakeAgent {
    const from = `127.${this.#quarter + 100}.2.${id % 250}`
    this.#guests.set(from, doorAddress(this.hubKey, key))
    return new FakeAgent({ host: doorStage(this.#quarter), port: this.port, from }, { hubKey: this.hubKey, secret })
  }

  agentAt(from: string, secret: string, hubKey: string = this.hubKey): FakeAgent {
    return new FakeAgent({ host: this.hubHost, port: this.port, from }, { hubKey, secret })
  }

  /** Waits until the coordinator has read a revision and the hub was told of it. */
  async caughtUp(revision: number): Promise<void> {
    await vi.waitFor(() => {
      const known = this.coordinator.revisionOf(this.networkId) ?? 0
      if (known < revision) throw new Error(`the coordinator is at ${known}, not at ${revision}`)
    }, 10_000)
  }

  /** Waits until that many polls are held. */
  async holds(count: number): Promise<void> {
    await vi.waitFor(() => {
      const { polls } = this.coordinator.counts()
      if (polls !== count) throw new Error(`${polls} polls are held, not ${count}`)
    }, 10_000)
  }
}

export const newSecret = (): string => randomBytes(32).toString('base64url')

const given = new Set<number>()

/** A TCP port that nobody uses at the moment, and that was not given before: networks of one console share none. */
export async function freePort(): Promise<number> {
  const port = await somePort()
  if (given.has(port)) return freePort()
  given.add(port)
  return port
}

async function somePort(): Promise<number> {
  const probe = net.createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

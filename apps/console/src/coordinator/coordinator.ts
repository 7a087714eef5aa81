import { randomBytes } from 'node:crypto'
import {
  type Db,
  pruneReceipts,
  pruneTraffic,
  readDown,
  readRelays,
  readStatus,
  type Snapshot,
  saveRelays,
  saveStatus,
  secretHash,
  secretHashes,
  touchOnline,
} from '@warren/db'
import type { Change } from '@warren/protocol'
import { doorHub } from '@warren/protocol/door'
import { NameServers } from './dns/name-servers.ts'
import { Feed, type Follower } from './feed.ts'
import { HubDesk, type Listener } from './hub-desk.ts'
import { hubNetwork } from './hub-peers.ts'
import { KeyAges } from './key-ages.ts'
import { catchUp, missedChanges, observationStore, readKnown } from './known-before.ts'
import { Listeners, type Wanted } from './listeners.ts'
import { meshServer } from './mesh-server.ts'
import { MeshNetwork } from './network.ts'
import { TrialKeeper } from './trials.ts'

/** How often the database is told that those who hold a poll are online; well within what it believes. */
const VOUCH_MS = 15_000
/** Chosen: how often what is too old is thrown away. */
const PRUNE_MS = 600_000

export type CoordinatorOptions = {
  readonly db: Db
  /** Where the hub connects, and the mode of that file, which decides who may. */
  readonly hubSocket: { readonly path: string; readonly mode: number }
  log(sentence: string): void
  /** For tests, which have no tunnels: other addresses than the hub's own, and who comes from where. */
  readonly stage?: {
    at?(host: string, port: number): { host: string; port: number }
    sourceOf?(remoteAddress: string): string
  }
}

/** A coordinator: the mesh API of all networks, the hub's socket, and the feed that keeps both in step. */
export type Coordinator = {
  /** Resolves when the hub's socket is open; the database may come later. Throws when the socket cannot be had. */
  start(): Promise<void>
  /** Resolves when every network has been read once. */
  readonly ready: Promise<void>
  /** The last revision of a network that is in force here; null when the network is not known. */
  revisionOf(networkId: number): number | null
  /** How much is held just now. */
  counts(): { networks: number; polls: number }
  stop(): Promise<void>
}

export function createCoordinator(options: CoordinatorOptions): Coordinator {
  const { db, log } = options
  const networks = new Map<number, MeshNetwork>()
  const listeners = new Listeners()
  const names = new NameServers(networks)
  const desk = new HubDesk({ db, socket: options.hubSocket, networks, log })
  const feed = new Feed(db, followerOf(options, { networks, listeners, names, desk }))
  const vouch = () => {
    const online = [...networks.values()].flatMap(({ presence }) => presence.online())
    // While the database is away nobody asks it who is online.
    touchOnline(db, online).catch(() => {})
  }
  const trials = new TrialKeeper(db, log)
  const keyAges = new KeyAges(db, log)
  const prune = () => {
    pruneTraffic(db)
      .then(() => pruneReceipts(db))
      .catch(() => {})
  }
  let vouching: NodeJS.Timeout | undefined
  let pruning: NodeJS.Timeout | undefined
  return {
    ready: feed.ready,
    revisionOf: (networkId) => networks.get(networkId)?.topology.revision ?? null,
    counts: () => ({
      networks: networks.size,
      polls: [...networks.values()].reduce((sum, { polls }) => sum + polls.size, 0),
    }),
    async start() {
      await desk.start()
      await feed.start()
      await trials.start()
      keyAges.start()
      vouching = setInterval(vouch, VOUCH_MS)
      pruning = setInterval(prune, PRUNE_MS)
    },
    async stop() {
      clearInterval(vouching)
      clearInterval(pruning)
      await Promise.all([feed.stop(), trials.stop(), keyAges.stop()])
      listeners.stop()
      names.stop()
      await Promise.all([...networks.values()].map((network) => network.stop()))
      await desk.stop()
    },
  }
}

type Parts = { networks: Map<number, MeshNetwork>; listeners: Listeners; names: NameServers; desk: HubDesk }

/** What happens when the feed has something new. */
function followerOf(options: CoordinatorOptions, parts: Parts): Follower {
  const { networks, desk } = parts
  let existing: ReadonlySet<number> = new Set()
  const settle = () => {
    // The hub takes down what it is not told of, so it is told of all networks or of none.
    if ([...existing].some((id) => !networks.has(id))) return
    desk.announce()
    parts.listeners.set(wantedListeners(options, parts))
    parts.names.follow()
  }
  const drop = (id: number) => {
    const network = networks.get(id)
    networks.delete(id)
    void network?.stop()
  }
  return {
    log: options.log,
    revisionOf: (id) => networks.get(id)?.topology.revision ?? null,
    async loaded(snapshot) {
      const { id, name } = snapshot.network
      const known = networks.get(id)
      if (known) known.load(snapshot)
      else networks.set(id, await newNetwork(options, desk, snapshot))
      options.log(`network ${name}: at revision ${snapshot.revision}`)
      settle()
    },
    changed(id, change) {
      const network = networks.get(id)
      if (network?.topology.revision !== change.revision - 1) throw new Error('there is a gap before it')
      try {
        network.apply(change)
      } catch (error) {
        // What is in memory cannot be trusted any more.
        drop(id)
        throw error
      }
      if (concernsHub(change)) settle()
    },
    exist(ids) {
      existing = ids
      for (const id of [...networks.keys()]) if (!ids.has(id)) drop(id)
      settle()
    },
  }
}

/** Whether the hub has to hear of the network itself anew: its row, its root, the hub's key. */
const concernsHub = ({ after }: Change): boolean =>
  after.networks.length > 0 ||
  after.cidrs.some(({ parentId }) => parentId === null) ||
  after.peers.some(({ kind }) => kind === 'hub')

async function newNetwork({ db }: CoordinatorOptions, desk: HubDesk, snapshot: Snapshot): Promise<MeshNetwork> {
  const { id } = snapshot.network
  const network = new MeshNetwork({
    instance: randomBytes(6).toString('base64url'),
    saveStatus: (rows) => saveStatus(db, id, rows),
    observations: observationStore(db, id),
    saveRelays: (relays) => saveRelays(db, id, relays),
    readSecret: (peerId) => secretHash(db, peerId),
    toHub: (message) => desk.send(id, message),
    now: () => new Date(),
  })
  const status = await readStatus(db, id)
  network.restore(status)
  network.observations.load(await readKnown(db, id))
  const hashes = await secretHashes(db, id)
  const missed = await missedChanges(db, snapshot)
  catchUp(network, snapshot, missed)
  network.presence.load(status)
  network.secrets.load(hashes)
  network.relays.load(await readRelays(db, id), await readDown(db, id))
  desk.introduce(id, network)
  return network
}

/** The hub's addresses inside each network, and its address in the door once it has a key. */
function wantedListeners(options: CoordinatorOptions, { networks, desk }: Parts): Map<string, Wanted> {
  const { db, log, stage } = options
  const sourceOf = stage?.sourceOf ?? ((remoteAddress: string) => remoteAddress)
  const wanted = new Map<string, Wanted>()
  const want = (id: number, listener: Listener, place: { host: string; port: number }) => {
    const { host, port } = stage?.at?.(place.host, place.port) ?? place
    const entrance = listener === 'door' ? 'door' : 'mesh'
    wanted.set(`${listener} ${id}`, {
      host,
      port,
      fault: (sentence) => desk.setListenerFault(id, listener, sentence),
      make: () => meshServer({ db, entrance, sourceOf, log, network: () => networks.get(id) }),
    })
  }
  for (const [id, { topology }] of networks) {
    const network = hubNetwork(topology)
    if (!network) continue
    want(id, 'mesh', { host: network.address, port: network.apiPort })
    if (network.address6 !== null) want(id, 'mesh6', { host: network.address6, port: network.apiPort })
    if (network.publicKey) want(id, 'door', { host: doorHub(network.publicKey), port: network.apiPort })
  }
  return wanted
}

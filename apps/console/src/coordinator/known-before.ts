import {
  changesSince,
  type Db,
  forgetLinks,
  lastReceipt,
  linkTag,
  readCounters,
  readHubStatus,
  type Snapshot,
  savedLinks,
  saveLinks,
  saveReceipts,
  saveTraffic,
  tellLinks,
} from '@warren/db'
import { type Change, Refusal } from '@warren/protocol'
import type { MeshNetwork } from './network.ts'
import type { KnownBefore, ObservationStore } from './observations.ts'
import { rewound } from './topology/rows.ts'

/** Chosen: a coordinator that was away for more changes than these gives the older ones no receipt. */
const MAX_MISSED = 200

/** The database as the place where a network's observations go. */
export const observationStore = (db: Db, networkId: number): ObservationStore => ({
  saveLinks: (news) => saveLinks(db, networkId, news),
  forgetLinks: (peerIds) => forgetLinks(db, networkId, peerIds),
  pokeLinks: () => tellLinks(db, networkId),
  readTag: (peerId) => linkTag(db, peerId),
  saveTraffic: (news) => saveTraffic(db, networkId, news),
  readCounter: (peerId) => readCounters(db, networkId, peerId),
  saveReceipts: (news) => saveReceipts(db, networkId, news),
})

/** What the database knows of a network's observations. Throws Refusal 'unavailable'. */
export async function readKnown(db: Db, networkId: number): Promise<KnownBefore> {
  const [links, counters, hub] = await Promise.all([
    savedLinks(db, networkId),
    readCounters(db, networkId),
    readHubStatus(db, networkId),
  ])
  return { links, counters, hubApplied: hub.appliedRevision }
}

/**
 * The changes up to a snapshot that nobody has written a receipt for, ascending and without a gap; none for a network
 * that never had one. Throws Refusal 'unavailable'.
 */
export async function missedChanges(db: Db, { network, revision }: Snapshot): Promise<Change[]> {
  const last = await lastReceipt(db, network.id)
  if (last === null || last >= revision) return []
  const from = Math.max(last, revision - MAX_MISSED)
  const changes = await changesSince(db, network.id, from, MAX_MISSED).catch(noneReadable)
  const missed = changes.filter((change) => change.revision <= revision)
  return missed.length === revision - from ? missed : []
}

/** Goes through what happened while nobody followed change by change, so that each gets its receipt. */
export function catchUp(network: MeshNetwork, snapshot: Snapshot, missed: readonly Change[]): void {
  try {
    network.load(missed.length > 0 ? rewound(snapshot, missed) : snapshot)
    for (const change of missed) network.apply(change)
  } catch {
    network.load(snapshot)
  }
}

/** A change that cannot be read costs receipts, not the network. */
function noneReadable(error: unknown): Change[] {
  if (error instanceof Refusal) throw error
  return []
}

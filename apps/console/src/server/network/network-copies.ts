import { type Db, lapseOnline } from '@warren/db'
import { advance, type Copy } from './network-copy.ts'

/** What of a network is asked for: how it is now, and when somebody online was last vouched for (ISO 8601). */
export type Fresh = { readonly copy: Copy; readonly vouchedAt: string | null }

/** How long a copy that nobody asks for is kept, and how many are kept at once (chosen; 10,000 peers take some 20 MB). */
const KEPT_MS = 300_000
const KEPT = 16

/** How often it is looked whether those who seem online are still vouched for (milliseconds). */
const LAPSE_EVERY_MS = 15_000

type Keeper = { fresh(): Promise<Fresh | null>; usedAt: number }

declare global {
  /** Next bundles route handlers apart from each other; only the global object is the same for all of them. */
  var warrenCopies: Map<string, Map<number, Keeper>> | undefined
}

/**
 * A network as the database has it at the moment of asking, or null. The process keeps a copy and reads only what is
 * newer; before each answer it asks the database where the network stands, so an answer is never older than the
 * question, whoever wrote, through whichever process, and whatever was missed while a connection was lost.
 * Throws Refusal 'unavailable'.
 */
export async function freshCopy(db: Db, networkId: number): Promise<Fresh | null> {
  globalThis.warrenCopies ??= new Map()
  const keepers = globalThis.warrenCopies.get(db.url) ?? new Map<number, Keeper>()
  globalThis.warrenCopies.set(db.url, keepers)
  const keeper = keepers.get(networkId) ?? openKeeper(db, networkId)
  // The last one asked for stands last.
  keepers.delete(networkId)
  keepers.set(networkId, keeper)
  keeper.usedAt = Date.now()
  dropOthers(keepers)
  const found = await keeper.fresh()
  if (!found) keepers.delete(networkId)
  return found
}

/** The number of networks of which this process keeps a copy. */
export const copiesKept = (db: Db): number => globalThis.warrenCopies?.get(db.url)?.size ?? 0

function dropOthers(keepers: Map<number, Keeper>): void {
  for (const [id, { usedAt }] of keepers) {
    if (keepers.size > KEPT || Date.now() - usedAt > KEPT_MS) keepers.delete(id)
  }
  dropSoon(keepers)
}

const timers = new WeakMap<Map<number, Keeper>, NodeJS.Timeout>()

/** Drops what nobody asks for any more, also when nobody asks for anything. */
function dropSoon(keepers: Map<number, Keeper>): void {
  clearTimeout(timers.get(keepers))
  if (keepers.size === 0) return
  timers.set(keepers, setTimeout(() => dropOthers(keepers), KEPT_MS + 1000).unref())
}

function openKeeper(db: Db, networkId: number): Keeper {
  let copy: Copy | null = null
  let vouchedAt: string | null = null
  let lookedAt = Number.NEGATIVE_INFINITY
  let running: Promise<Fresh | null> | null = null
  let next: Promise<Fresh | null> | null = null

  const look = async (): Promise<Fresh | null> => {
    if (performance.now() - lookedAt > LAPSE_EVERY_MS) {
      vouchedAt = await lapseOnline(db, networkId)
      lookedAt = performance.now()
    }
    copy = await advance(db, networkId, copy)
    return copy && { copy, vouchedAt }
  }
  const run = () => {
    running = look().finally(() => {
      running = null
    })
    return running
  }
  return {
    usedAt: Date.now(),
    // Whoever asks while a look is under way shares the one after it: that look may have begun before what they wrote.
    fresh() {
      if (!running) return run()
      next ??= running
        .catch(() => null)
        .then(() => {
          next = null
          return run()
        })
      return next
    },
  }
}

import { rm } from 'node:fs/promises'
import { EndpointText, GroupView, Name, PublicKey, SelfEntry, viewState } from '@warren/protocol'
import * as z from 'zod'
import type { Env } from '../env.ts'
import type { View } from '../plan/answer.ts'
import type { Pins } from '../plan/key-changes.ts'
import { writeAtomically } from '../system/files.ts'
import { readJson } from './json.ts'
import { places } from './places.ts'

const SavedView = z.strictObject({
  version: z.literal(1),
  savedAt: z.iso.datetime(),
  cursor: z.string(),
  revision: z.int().nonnegative(),
  digest: z.string(),
  self: SelfEntry,
  view: GroupView,
  /** Where each peer last answered: the first thing to try after a reboot. */
  endpoints: z.record(PublicKey, EndpointText),
  /** Keys that are not those of the view; files of earlier versions have none. */
  pins: z.record(z.string().regex(/^\d+$/), z.strictObject({ key: PublicKey, born: z.int(), name: Name })).default({}),
})

/** A view as it outlives a reboot. */
export type Saved = {
  readonly view: View
  readonly endpoints: ReadonlyMap<PublicKey, string>
  readonly pins?: Pins
  readonly savedAt: string
}

/** The last view of a network; null when there never was one. @throws Failure (state) when it cannot be read */
export async function loadView(env: Env, network: string): Promise<Saved | null> {
  const advice = `remove it and run warren up ${network} while the console can be reached`
  const saved = await readJson(places(env, network).view, SavedView, advice)
  if (!saved) return null
  const { cursor, revision, digest, self } = saved
  return {
    view: { cursor, revision, digest, self, state: viewState(saved.view) },
    endpoints: new Map(Object.entries(saved.endpoints).map(([key, endpoint]) => [PublicKey.parse(key), endpoint])),
    pins: new Map(Object.entries(saved.pins).map(([id, pin]) => [Number(id), pin])),
    savedAt: saved.savedAt,
  }
}

/** @throws Failure (state) */
export async function saveView(env: Env, network: string, saved: Omit<Saved, 'savedAt'>): Promise<void> {
  const { state, ...rest } = saved.view
  const file: z.input<typeof SavedView> = {
    version: 1,
    savedAt: new Date().toISOString(),
    ...rest,
    view: { peers: [...state.peers.values()], cidrs: [...state.cidrs.values()] },
    endpoints: Object.fromEntries(saved.endpoints),
    pins: Object.fromEntries(saved.pins ?? []),
  }
  await writeAtomically(places(env, network).view, `${JSON.stringify(file)}\n`)
}

/** Forgets the last view. */
export const removeView = (env: Env, network: string): Promise<void> => rm(places(env, network).view, { force: true })

import type { Link, PeerEntry, PublicKey } from '@warren/protocol'
import type { Env } from '../env.ts'
import { sentenceOf } from '../failure.ts'
import { usableCandidates } from '../plan/candidates.ts'
import type { JoinedConfig } from '../state/config.ts'
import { editConfig } from '../state/edit-config.ts'
import type { Keeper } from './keeper.ts'
import type { Names } from './names.ts'

export type HubHomeParts = {
  readonly env: Env
  readonly config: JoinedConfig
  readonly names: Pick<Names, 'addressesOf'>
  readonly keeper: Pick<Keeper, 'view' | 'bounds'>
  readonly log: (line: string) => void
}

/**
 * Lets this node's configuration follow a hub that has moved for good. The endpoint of the invitation is tried last for
 * as long as no other has answered; once the console does not name it any more, and the hub answers where the console
 * says, the configuration names that place, and the old one is forgotten: it may be somebody else's by now.
 * @returns a function that is told the tunnels after each look at the device; it never throws
 */
export function hubHome({ env, config, names, keeper, log }: HubHomeParts): (links: readonly Link[]) => Promise<void> {
  const { name } = config.network
  let pinned = config.hub.endpoint
  let settled: Keeper['view'] = null
  let heard: { readonly at: string; readonly rx: number } | null = null

  /** What the console calls the place where the hub has just been heard; null when that is not known. */
  const placeOf = (hub: PeerEntry, link: Link | undefined): string | null => {
    const at = link?.live && link.via === 'direct' ? link.at : null
    if (!link || at === null) return null
    if (heard?.at !== at) heard = { at, rx: link.rx }
    // Live says that it answered lately, perhaps elsewhere; what comes from now on comes from there.
    if (link.rx === heard.rx) return null
    const { inside } = keeper.bounds
    return hub.at?.find((text) => usableCandidates([text], names.addressesOf, { inside }).includes(at)) ?? null
  }

  return async (links) => {
    const { view } = keeper
    if (!view || view === settled) return
    const hub = withKey(view.state.peers.values(), config.hub['public-key'])
    if (!hub?.at || hub.at.includes(pinned)) {
      settled = view
      return
    }
    const place = placeOf(
      hub,
      links.find(({ peer }) => peer === hub.id),
    )
    if (place === null) return
    log(`the hub has moved from ${pinned} to ${place}`)
    pinned = place
    await editConfig(env, name, (now) => ({ ...now, hub: { ...now.hub, endpoint: place } })).catch((error: unknown) =>
      log(sentenceOf(error)),
    )
  }
}

function withKey(peers: Iterable<PeerEntry>, key: PublicKey): PeerEntry | null {
  for (const peer of peers) if (peer.key === key) return peer
  return null
}

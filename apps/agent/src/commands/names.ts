import { removeNames, splitDnsOf, writeNames } from '../daemon/host-names.ts'
import { sentenceOf } from '../failure.ts'
import { SplitDnsTeller } from '../hosts/split-dns.ts'
import { loadConfig } from '../state/config.ts'
import { places } from '../state/places.ts'
import { loadView } from '../state/saved-view.ts'
import { underLock } from '../system/lock.ts'
import { interfaceExists } from '../wireguard/device.ts'
import type { Context } from './context.ts'

/** Chosen: `down` and `leave` hold the lock for as long as a daemon takes to end. */
const LOCK_MS = 20_000

/**
 * `warren names`: makes the hosts file say what the saved view of a network says; nothing of it while its tunnel is down.
 * For the unit beside the daemon's, which may not write there itself. @throws Failure
 */
export async function namesCommand({ env, tools, say }: Context, network: string): Promise<void> {
  // Whoever takes the tunnel down does so under the same lock, so no name comes back after that.
  await underLock(places(env, network).lock, LOCK_MS, async () => {
    const config = await loadConfig(env, network)
    const isUp = config?.settings.hosts && (await interfaceExists(tools.run, config.network.interface))
    const saved = isUp ? await loadView(env, network) : null
    await (saved ? writeNames(env, saved.view) : removeNames(env, network))
    if (!config || !saved) return
    const resolver = new SplitDnsTeller(tools.run, { device: config.network.interface, mayBeOn: true })
    // A resolver that does not run is no reason for the names to have failed: the hosts file has them.
    await resolver.tell(splitDnsOf(saved.view)).catch((error: unknown) => say(sentenceOf(error)))
  })
}

import { Keeper } from '../daemon/keeper.ts'
import { Failure } from '../failure.ts'
import { editConfig } from '../state/edit-config.ts'
import { places } from '../state/places.ts'
import { loadView } from '../state/saved-view.ts'
import { lockHolder, underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { readDevice } from '../wireguard/device.ts'
import { type Context, keeperParts } from './context.ts'
import { whichJoined } from './which-network.ts'

/**
 * `warren trust PEER`: takes the key that the console names for a peer, although the one known here did not sign it.
 * @throws Failure
 */
export async function trustCommand(
  context: Context,
  peerName: string,
  options: { network?: string; json: boolean },
): Promise<void> {
  await demandNetworkAdmin('trust')
  const config = await whichJoined(context.env, options.network)
  const { name } = config.network
  const saved = await loadView(context.env, name)
  const peer = [...(saved?.view.state.peers.values() ?? [])].find((one) => one.name === peerName)
  if (!saved || !peer) throw new Failure('refused', `This node sees no peer ${peerName} in ${name}.`)
  const pin = saved.pins?.get(peer.id)
  const tell = (changed: boolean, sentence: string): void => {
    if (options.json)
      context.print(
        `${JSON.stringify({ changed, peer: peerName, from: pin?.key ?? peer.key, to: peer.key }, null, 2)}\n`,
      )
    else context.say(sentence)
  }
  if (!pin || pin.key === peer.key) {
    tell(false, `the key of ${peerName} is in force already, ${peer.key}`)
    return
  }

  const trusting = await editConfig(context.env, name, (now) => ({
    ...now,
    trusted: { ...now.trusted, [peer.id]: peer.key },
  }))
  // A daemon sees the configuration change; without one there is nobody else.
  if (!(await lockHolder(places(context.env, name).daemonLock))) {
    await underLock(places(context.env, name).lock, 2_000, async () => {
      if (!(await readDevice(context.tools.run, config.network.interface))) return
      const keeper = new Keeper({ ...keeperParts(context), config, saved })
      await keeper.configure(trusting)
    })
  }
  tell(true, `the key of ${peerName} is ${peer.key} now; before it was ${pin.key}`)
}

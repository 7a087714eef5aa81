import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { Failure } from '../failure.ts'
import { sendAgain } from '../plan/plan.ts'
import type { JoinedConfig } from '../state/config.ts'
import { editConfig } from '../state/edit-config.ts'
import { places } from '../state/places.ts'
import { lockHolder } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { applyChanges } from '../wireguard/apply.ts'
import { readDevice, setListenPort } from '../wireguard/device.ts'
import type { Context } from './context.ts'
import { portOf } from './port.ts'
import { whichJoined } from './which-network.ts'

export type ListenPortOptions = { network?: string; random: boolean; json: boolean }

/**
 * `warren set-listen-port`: gives this node's WireGuard another UDP port, on the tunnel that is up as well. Sessions go on:
 * every peer is sent to from the new port, and answers there. @throws Failure
 */
export async function setListenPortCommand(
  context: Context,
  wanted: string | undefined,
  options: ListenPortOptions,
): Promise<void> {
  await demandNetworkAdmin('set-listen-port')
  if ((wanted === undefined) !== options.random) throw new Failure('usage', 'Give a port, or --random.')
  const config = await whichJoined(context.env, options.network)
  const { name } = config.network
  const before = config.peer['listen-port']
  const port = wanted === undefined ? await freePort() : portOf(wanted)
  const changed = port !== before
  if (changed) await move(context, config, port)
  if (options.json) context.print(`${JSON.stringify({ network: name, listenPort: port, changed }, null, 2)}\n`)
  else context.say(`${name}: this node listens on UDP port ${port}${changed ? '' : ' already'}`)
}

/** The device first: it refuses a port that is taken, and then nothing is changed. */
async function move(context: Context, config: JoinedConfig, port: number): Promise<void> {
  const { run } = context.tools
  const { interface: device, name } = config.network
  const live = await readDevice(run, device)
  if (live) await setListenPort(run, device, port)
  await editConfig(context.env, name, (now) => ({ ...now, peer: { ...now.peer, 'listen-port': port } }))
  if (live) await applyChanges(run, device, sendAgain(live.peers))
  if (live && !(await lockHolder(places(context.env, name).daemonLock))) {
    context.say(`no daemon of ${name} runs: its neighbours hear of the port at the next warren up`)
  }
}

/** One that nobody has now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

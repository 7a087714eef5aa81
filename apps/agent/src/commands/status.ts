import { demandNetworkAdmin } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { look } from './look.ts'
import type { PeerStatus, Status } from './status-facts.ts'
import { ago, bytes, table, titleOf } from './table.ts'
import { whichNetwork } from './which-network.ts'

/** `warren status`: what this node knows of a network now. @throws Failure */
export async function statusCommand(context: Context, network: string | undefined, options: { json: boolean }) {
  await demandNetworkAdmin('status')
  const config = await whichNetwork(context.env, network)
  const { status, now } = await look(context, config)
  context.print(options.json ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, now.unixS))
}

/** The status for a person. @param nowS Unix seconds */
export function statusText(status: Status, nowS: number): string {
  const facts = table([
    ['network', both(status.network, status.prefix, status.prefix6)],
    ['this node', both(status.name ?? '(not joined yet)', status.address, status.address6)],
    ['interface', `${status.interface}, ${status.up ? `up, UDP port ${status.listenPort}` : 'down (warren up)'}`],
    ['hub', `${status.hub.endpoint}, console at ${status.hub.internal}`],
    ['revision', status.revision === null ? 'no view yet' : String(status.revision)],
    ['daemon', daemonText(status, nowS)],
    ['polls', status.poll],
    ...(status.keys === null ? [] : [['keys', status.keys]]),
  ])
  if (status.peers.length === 0) return `${facts}\nNo peers can be reached from here yet.\n`
  const rows = status.peers.map((peer) => [
    titleOf(peer),
    both(peer.address, peer.address6),
    peer.path,
    peer.endpoint ?? '–',
    peer.handshakeAt ? ago(nowS - Date.parse(peer.handshakeAt) / 1000) : 'never',
    bytes(peer.rx),
    bytes(peer.tx),
  ])
  const peers = table([['PEER', 'ADDRESS', 'PATH', 'ENDPOINT', 'HANDSHAKE', 'RECEIVED', 'SENT'], ...rows])
  const remarks = status.peers.flatMap(remarksOn)
  return `${facts}\n${peers}${remarks.length > 0 ? `\n${remarks.join('\n')}\n` : ''}`
}

/** What there is to know of a peer beyond its row: why it has no direct path, and what a person chose. */
const remarksOn = ({ name, path, reason, chosen }: PeerStatus): string[] => [
  ...(path === 'relay' && reason !== null ? [`${name} is ${reason}.`] : []),
  ...(path === 'none' && reason !== null ? [`${name} has no path: ${reason}.`] : []),
  ...(chosen === null ? [] : [`${name} is tried first at ${chosen}, as set on this node.`]),
]

/** What there is of it: the second family may be missing. */
const both = (...texts: readonly (string | null)[]): string => texts.filter((text) => text !== null).join(' ')

function daemonText({ daemon, network }: Status, nowS: number): string {
  if (!daemon.running) return `not running (warren up ${network} --daemon)`
  const heard = daemon.contactAt ? `, console heard ${ago(nowS - Date.parse(daemon.contactAt) / 1000)}` : ''
  return `process ${daemon.pid}, ${daemon.phase ?? 'starting'}${heard}${daemon.sentence ? `: ${daemon.sentence}` : ''}`
}

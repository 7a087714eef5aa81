import type { PeerChange } from '../plan/plan.ts'
import type { Run } from '../system/run.ts'

/** Chosen: one call of this many peers takes about 0.1 s, and stays far below what Linux allows in arguments. */
const PEERS_PER_CALL = 400

/** The calls of wg(8) that make these changes, in order: many peers in each. No secret is among the arguments. */
export function wgSetCalls(device: string, changes: readonly PeerChange[]): string[][] {
  const calls: string[][] = []
  for (let at = 0; at < changes.length; at += PEERS_PER_CALL) {
    calls.push(['set', device, ...changes.slice(at, at + PEERS_PER_CALL).flatMap(peerArgs)])
  }
  return calls
}

/** Makes the changes in place: peers that are not named keep their sessions. @throws CommandFailure */
export async function applyChanges(run: Run, device: string, changes: readonly PeerChange[]): Promise<void> {
  for (const call of wgSetCalls(device, changes)) await run('wg', call)
}

function peerArgs(change: PeerChange): string[] {
  const peer = ['peer', change.key]
  if (change.kind === 'remove') return [...peer, 'remove']
  return [
    ...(change.remake ? [...peer, 'remove'] : []),
    ...(change.nudge === undefined ? [] : [...peer, 'persistent-keepalive', '0']),
    ...peer,
    ...(change.allowedIps === undefined ? [] : ['allowed-ips', change.allowedIps.join(',')]),
    ...(change.endpoint === undefined ? [] : ['endpoint', change.endpoint]),
    ...keepaliveArgs(change.keepalive ?? change.nudge),
  ]
}

const keepaliveArgs = (seconds: number | undefined): string[] =>
  seconds === undefined ? [] : ['persistent-keepalive', String(seconds)]

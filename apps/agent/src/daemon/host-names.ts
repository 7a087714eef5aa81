import { hostName, zoneOf } from '@warren/protocol'
import type { Env } from '../env.ts'
import type { HostEntry } from '../hosts/block.ts'
import { hostsSay, updateHosts } from '../hosts/hosts-file.ts'
import type { SplitDns } from '../hosts/split-dns.ts'
import type { View } from '../plan/answer.ts'
import { addressesOf } from '../plan/view-problem.ts'

const hostsOf = (env: Env) => ({
  path: env.hostsFile,
  lock: `${env.runDir}/hosts.lock`,
  journal: `${env.stateDir}/hosts.journal`,
})

/**
 * The names that a view gives, this node's own among them, by name. A node without an address of the second family is
 * told of the first alone: its programs would look for the others on the Internet.
 */
export function entriesOf({ self, state }: View): HostEntry[] {
  const network = self.network.name
  const peers = [...state.peers.values()].filter((peer) => peer.id !== self.id)
  return [self, ...peers]
    .flatMap((peer) =>
      (self.ip6 === undefined ? [peer.ip] : addressesOf(peer)).map((address) => ({
        name: hostName(peer.name, network),
        address,
      })),
    )
    .sort((a, b) => (a.name === b.name ? 0 : a.name < b.name ? -1 : 1))
}

/** Makes a view's names known on this machine. @throws Failure (state) */
export const writeNames = (env: Env, view: View): Promise<boolean> =>
  updateHosts(hostsOf(env), view.self.network.name, entriesOf(view))

/** Whether a view's names are known on this machine. @throws Failure (state) */
export const namesStand = (env: Env, view: View): Promise<boolean> =>
  hostsSay(hostsOf(env), view.self.network.name, entriesOf(view))

/** Whom to ask for names besides the hosts file: the hub, if it answers; null when it does not. */
export function splitDnsOf({ self, state }: View): SplitDns | null {
  const hub = self.network.dns && [...state.peers.values()].find((peer) => peer.hub)
  return hub ? { zone: zoneOf(self.network.name), servers: addressesOf(hub) } : null
}

/** Takes a network's names away. @throws Failure (state) */
export const removeNames = (env: Env, network: string): Promise<boolean> => updateHosts(hostsOf(env), network, [])

import type { Env } from '../env.ts'
import { type HostEntry, hostName } from '../hosts/block.ts'
import { updateHosts } from '../hosts/hosts-file.ts'
import type { View } from '../plan/answer.ts'

const hostsOf = (env: Env) => ({ path: env.hostsFile, lock: `${env.runDir}/hosts.lock` })

/** The names that a view gives, this node's own among them, by name. */
export function entriesOf({ self, state }: View): HostEntry[] {
  const network = self.network.name
  const peers = [...state.peers.values()].filter((peer) => peer.id !== self.id)
  return [{ name: self.name, ip: self.ip }, ...peers]
    .map(({ name, ip }) => ({ name: hostName(name, network), address: ip }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Makes a view's names known on this machine. @throws Failure (state) */
export const writeNames = (env: Env, view: View): Promise<boolean> =>
  updateHosts(hostsOf(env), view.self.network.name, entriesOf(view))

/** Takes a network's names away. @throws Failure (state) */
export const removeNames = (env: Env, network: string): Promise<boolean> => updateHosts(hostsOf(env), network, [])

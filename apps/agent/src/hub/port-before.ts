import type { HubNetwork } from '@warren/protocol'
import type { Run } from '../system/run.ts'
import { removePortRules, setPortRules } from '../wireguard/port-before.ts'

/** Keeps a network's listen port of before open for those whom the news has not reached. */
export class PortBefore {
  readonly #run: Run
  /** Whether there are rules; null while that is not known. */
  #has: boolean | null = null

  constructor(run: Run) {
    this.#run = run
  }

  /** To be called when the device listens on its new port: others may listen there until then. @throws CommandFailure */
  async keep(network: Pick<HubNetwork, 'interface' | 'listenPort' | 'listenPortBefore'>): Promise<void> {
    const { interface: device, listenPort, listenPortBefore } = network
    if (listenPortBefore === null || listenPortBefore === listenPort) return this.remove(device)
    this.#has = true
    await setPortRules(this.#run, { device, from: listenPortBefore, to: listenPort })
  }

  /** @throws CommandFailure */
  async remove(device: string): Promise<void> {
    if (this.#has === false) return
    await removePortRules(this.#run, device)
    this.#has = false
  }
}

/** The networks without those ports of before on which another one listens now: they belong to that one. */
export const withoutTakenPorts = (networks: readonly HubNetwork[]): HubNetwork[] =>
  networks.map((network) =>
    networks.some((other) => other.id !== network.id && other.listenPort === network.listenPortBefore)
      ? { ...network, listenPortBefore: null }
      : network,
  )

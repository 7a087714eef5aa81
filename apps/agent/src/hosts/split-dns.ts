import { CommandFailure } from '../system/command-failure.ts'
import type { Run } from '../system/run.ts'

/** A network's zone, and who answers for it on the network's interface. */
export type SplitDns = { readonly zone: string; readonly servers: readonly string[] }

/**
 * Has systemd-resolved, where it is, ask the hub about a network's zone and about nothing else (resolvectl(1): `~` makes a
 * domain one for routing alone). With `null` it asks nobody any more. What it forgets when it starts anew or the interface
 * does is told it again with the next call.
 */
export class SplitDnsTeller {
  readonly #run: Run
  readonly #device: string
  #mayBeOn: boolean

  /** `mayBeOn`: whether an earlier process may have told it something that still holds. */
  constructor(run: Run, { device, mayBeOn }: { device: string; mayBeOn: boolean }) {
    this.#run = run
    this.#device = device
    this.#mayBeOn = mayBeOn
  }

  /** @throws CommandFailure when resolvectl is there and refuses */
  async tell(wanted: SplitDns | null): Promise<void> {
    if (wanted === null && !this.#mayBeOn) return
    await this.#whereThere(async () => {
      if (wanted === null) return this.#end()
      await this.#run('resolvectl', ['dns', this.#device, ...wanted.servers])
      await this.#run('resolvectl', ['domain', this.#device, `~${wanted.zone}`])
    })
    this.#mayBeOn = wanted !== null
  }

  /** Takes back what this or an earlier process of ours told; what somebody else set up there stays. */
  async #end(): Promise<void> {
    const domains = await this.#run('resolvectl', ['domain', this.#device])
    if (/~[a-z0-9-]+\.wg\b/.test(domains)) await this.#run('resolvectl', ['revert', this.#device])
  }

  async #whereThere(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof CommandFailure) || !error.missing) throw error
    }
  }
}

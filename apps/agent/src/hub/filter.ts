import type { Tools } from '../wireguard/device.ts'
import { type FilterSpec, filterRules, filterStands, setFilter } from '../wireguard/firewall.ts'

/**
 * Keeps a hub's packet filter in step with its device: nobody is ever let through because one of the two is late.
 */
export class Filter {
  readonly #tools: Tools
  #restricted: readonly string[] | null = null
  #text = ''

  constructor(tools: Tools) {
    this.#tools = tools
  }

  /** Changes the device (`work`) between restricting who newly is, and releasing who no longer is. @throws Failure */
  async around(spec: FilterSpec, work: () => Promise<void>): Promise<void> {
    const both = [...new Set([...(this.#restricted ?? []), ...spec.restricted])]
    await this.#set({ ...spec, restricted: both })
    await work()
    await this.#set(spec)
    this.#restricted = spec.restricted
  }

  /** Has the rules written anew next time, if somebody else removed them. */
  async verify(device: string): Promise<void> {
    if (this.#text !== '' && !(await filterStands(this.#tools.run, device))) this.#text = ''
  }

  async #set(spec: FilterSpec): Promise<void> {
    const text = filterRules(spec)
    if (text === this.#text) return
    this.#text = ''
    await setFilter(this.#tools.run, text)
    this.#text = text
  }
}

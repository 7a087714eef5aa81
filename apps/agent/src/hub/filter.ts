import type { Tools } from '../wireguard/device.ts'
import { type FilterSpec, filterRules, filterStands, setFilter } from '../wireguard/firewall.ts'

/**
 * Keeps a hub's packet filter in step with its device: nobody is ever let through because one of the two is late.
 */
export class Filter {
  readonly #tools: Tools
  #restricted: readonly string[] | null = null
  #forwards: readonly (readonly [string, string])[] = []
  #text = ''

  constructor(tools: Tools) {
    this.#tools = tools
  }

  /**
   * Changes the device (`work`) between restricting who newly is and cutting whom the hub no longer forwards for, and
   * letting through what newly may. @throws Failure
   */
  async around(spec: FilterSpec, work: () => Promise<void>): Promise<void> {
    const both = [...new Set([...(this.#restricted ?? []), ...spec.restricted])]
    const still = new Set(spec.forwards.map(String))
    await this.#set({ ...spec, restricted: both, forwards: this.#forwards.filter((pair) => still.has(String(pair))) })
    await work()
    await this.#set(spec)
    this.#restricted = spec.restricted
    this.#forwards = spec.forwards
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

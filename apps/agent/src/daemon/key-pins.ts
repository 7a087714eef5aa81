import type { ViewState } from '@warren/protocol'
import { followKeys, type KeyChange, type Pins, pinFault, withPins } from '../plan/key-changes.ts'
import type { JoinedConfig } from '../state/config.ts'
import { pinRules } from './pinned.ts'

const words: Record<KeyChange['why'], string> = {
  signed: 'signed by its former one',
  'invited-anew': 'because it was invited anew',
  trusted: 'which you trust',
}

/** Which keys of its peers a node knows, while views come and go. */
export class KeyPins {
  readonly #log: (line: string) => void
  #pins: Pins
  #told: string | null = null

  constructor(saved: Pins, log: (line: string) => void) {
    this.#pins = saved
    this.#log = log
  }

  /** What goes with the saved view. */
  get saved(): Pins {
    return this.#pins
  }

  /** Judges the keys of a view, or those of the present one anew by another configuration. Gives what changed. */
  follow(before: ViewState | null, after: ViewState, config: JoinedConfig): readonly KeyChange[] {
    const { pins, changes } = followKeys(before, after, { pins: this.#pins, rules: pinRules(config) })
    this.#pins = pins
    for (const { name, why } of changes) this.#log(`${name} has a new key, ${words[why]}`)
    const fault = this.fault(after, config)
    if (fault !== null && fault !== this.#told) this.#log(fault)
    this.#told = fault
    return changes
  }

  /** The view as there are tunnels for it. */
  of(state: ViewState): ViewState {
    return withPins(state, this.#pins)
  }

  /** What a person has to know of refused keys, one sentence or two; null when there are none. */
  fault(state: ViewState, config: JoinedConfig): string | null {
    return pinFault(state, this.#pins, config.network.name)
  }
}

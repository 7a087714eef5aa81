import type { Path } from './path-state.ts'

/** Notices when somebody who answered, and then did not, answers again. */
export class Comeback {
  #worked = false
  #lost = false

  /** @param state of the path now; whether it just came back */
  see(state: Path['state'] | undefined): boolean {
    const works = state === 'works'
    const back = works && this.#lost
    this.#lost = !works && (this.#lost || this.#worked)
    this.#worked = works
    return back
  }
}

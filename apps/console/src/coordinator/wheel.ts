/** Chosen: what a held poll may be late by. An answer that says "nothing changed" is in no hurry. */
const TICK_MS = 250

/**
 * Deadlines of many things with one timer: a slot for each tick, in which things are entered and crossed out at no cost
 * that depends on how many there are. Nothing runs while it is empty.
 */
export class Wheel<T> {
  readonly #slots = new Map<number, Set<T>>()
  readonly #onDue: (thing: T) => void
  #timer: NodeJS.Timeout | null = null
  #done = tickAt(performance.now())

  constructor(onDue: (thing: T) => void) {
    this.#onDue = onDue
  }

  /** Enters a thing that is due in `ms`; returns how to cross it out again. */
  add(thing: T, ms: number): () => void {
    if (this.#slots.size === 0) this.#done = tickAt(performance.now())
    const tick = Math.max(this.#done, tickAt(performance.now() + ms)) + 1
    const slot = this.#slots.get(tick) ?? new Set()
    this.#slots.set(tick, slot.add(thing))
    this.#timer ??= setInterval(() => this.#turn(), TICK_MS)
    return () => {
      slot.delete(thing)
      if (slot.size === 0) this.#slots.delete(tick)
      this.#restIfEmpty()
    }
  }

  /** Ticks that were missed, because the process was busy or the machine slept, are made up for. */
  #turn(): void {
    const now = tickAt(performance.now())
    const due = [...this.#slots].filter(([tick]) => tick <= now)
    this.#done = now
    for (const [tick, slot] of due.sort(([a], [b]) => a - b)) {
      this.#slots.delete(tick)
      for (const thing of slot) this.#onDue(thing)
    }
    this.#restIfEmpty()
  }

  #restIfEmpty(): void {
    if (this.#slots.size > 0 || !this.#timer) return
    clearInterval(this.#timer)
    this.#timer = null
  }
}

const tickAt = (ms: number): number => Math.floor(ms / TICK_MS)

/** Chosen: so many words of peers are remembered about others that are away; with 16 bytes each or so. */
const MAX_CLAIMS = 2_000_000

/**
 * Who says of whom that no packet gets through. Remembered about peers that are away, too: once they come back, neither
 * side has news, since for both nothing is different.
 */
export class Claims {
  readonly #by = new Map<number, Set<number>>()
  #size = 0

  /** One beyond the bound is not remembered. */
  add(peerId: number, other: number): void {
    const own = this.#by.get(peerId) ?? new Set()
    if (own.has(other) || this.#size >= MAX_CLAIMS) return
    this.#by.set(peerId, own.add(other))
    this.#size += 1
  }

  delete(peerId: number, other: number): void {
    if (this.#by.get(peerId)?.delete(other)) this.#size -= 1
  }

  has(peerId: number, other: number): boolean {
    return this.#by.get(peerId)?.has(other) ?? false
  }

  /** All of them: who says so, and of whom. */
  *all(): Generator<[peerId: number, other: number]> {
    for (const [peerId, own] of this.#by) for (const other of own) yield [peerId, other]
  }

  /** Forgets everything that a peer said. */
  clear(peerId: number): void {
    this.#size -= this.#by.get(peerId)?.size ?? 0
    this.#by.delete(peerId)
  }

  /** Everybody who says so of a peer, or of whom it says so. */
  about(peerId: number): Set<number> {
    const found = new Set(this.#by.get(peerId))
    for (const [other, own] of this.#by) if (own.has(peerId)) found.add(other)
    return found
  }
}

/** A bound on a rate: holds up to `burst` tokens and gains `perSecond` of them. */
export class Bucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #atMs = 0

  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000
    this.#burst = burst
    this.#tokens = burst
  }

  /** Takes `tokens` when there are as many. @param nowMs monotonic */
  take(tokens: number, nowMs: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs)
    this.#atMs = nowMs
    if (this.#tokens < tokens) return false
    this.#tokens -= tokens
    return true
  }
}

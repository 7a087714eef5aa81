import { createHash, timingSafeEqual } from 'node:crypto'

/** Chosen: how old a known hash must be before a secret that does not match is compared with a fresh one. */
const DOUBT_AFTER_MS = 1_000

type Known = { hash: Buffer | null; at: number }

/** SHA-256 of a peer's secret in hexadecimal, as the database keeps it. */
export const secretHashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Compares the secrets that peers send with their hashes, which are read once and kept until there is a doubt. */
export class Secrets {
  readonly #read: (peerId: number) => Promise<string | null>
  readonly #known = new Map<number, Known>()

  constructor(read: (peerId: number) => Promise<string | null>) {
    this.#read = read
  }

  /** Takes over hashes that were read together. */
  load(hashes: ReadonlyMap<number, string>): void {
    for (const [peerId, hash] of hashes) this.#known.set(peerId, { hash: Buffer.from(hash), at: performance.now() })
  }

  forget(peerId: number): void {
    this.#known.delete(peerId)
  }

  /** Reads the secret of a peer that joined, or was made to join again, before anybody sends it. */
  async renew(peerId: number): Promise<void> {
    this.forget(peerId)
    try {
      await this.#fetch(peerId)
    } catch {
      // The database is away. It is asked again when the peer comes.
    }
  }

  async #fetch(peerId: number): Promise<Known> {
    const hash = await this.#read(peerId)
    const fresh = { hash: hash === null ? null : Buffer.from(hash), at: performance.now() }
    this.#known.set(peerId, fresh)
    return fresh
  }

  /** Whether the peer has a secret at all. Throws Refusal 'unavailable' when that cannot be found out just now. */
  async has(peerId: number): Promise<boolean> {
    return (this.#known.get(peerId) ?? (await this.#fetch(peerId))).hash !== null
  }

  /** Whether it is the peer's secret. Throws Refusal 'unavailable' when that cannot be found out just now. */
  async matches(peerId: number, secret: string): Promise<boolean> {
    const given = Buffer.from(secretHashOf(secret))
    const known = this.#known.get(peerId)
    if (known && equal(known.hash, given)) return true
    if (known && performance.now() - known.at < DOUBT_AFTER_MS) return false
    return equal((await this.#fetch(peerId)).hash, given)
  }
}

const equal = (a: Buffer | null, b: Buffer): boolean => a !== null && a.length === b.length && timingSafeEqual(a, b)

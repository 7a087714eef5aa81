import type { PublicKey } from '@warren/protocol'
import { Bucket } from './bucket.ts'
import { hasMac1, mac1Key } from './mac1.ts'
import { answeredIndex, kindOf, senderIndex } from './packet.ts'

/** Where packets come from and go to; IPv4 in its own spelling. */
export type At = { readonly address: string; readonly port: number }
/** 0 is the pair's `a`, 1 its `b`. */
export type SideNumber = 0 | 1

/** An address that asked for the other side, and the number that the other side would answer. */
type Asker = { readonly at: At; readonly index: number; readonly askedMs: number }

type Side = {
  /** Where this side is: proven by a handshake. */
  at: At | null
  /** When something last came from there; minus infinity while nothing has. */
  heardMs: number
  /** Those that the hub's own tunnel vouches for, then the others; of each the newest first. */
  askers: Asker[]
  /** Packets of this side are for the other one. */
  mac1Key: Uint8Array
  readonly checks: Bucket
  /** A flood from elsewhere must not keep out the one who is known. */
  readonly ownChecks: Bucket
  readonly copies: Bucket
}

/** WireGuard asks again after 5 s (REKEY_TIMEOUT): what was not answered in a few times that is not answered any more. */
const ASKED_MS = 20_000
/** Of each sort: a side is at one address, or has just moved; more are guesses of others. */
const ASKERS = 4
/** A bit more than the 25 s after which a peer behind a gateway speaks at the latest. */
const SILENT_MS = 30_000
/** Chosen: a check takes 12 µs, so a port that is flooded costs at most about 1 % of a core. */
const CHECKS_PER_S = 1_000
const CHECKS_BURST = 100
/** Initiations that go to addresses which nothing is known of yet: a side sends one in 5 s. */
const COPIES_PER_S = 4
const COPIES_BURST = 16

export type PassageOptions = {
  /** Of `a` and `b`. */
  readonly keys: readonly [PublicKey, PublicKey]
  /** Where they were before a restart. */
  readonly at?: readonly [At | null, At | null]
  /** Whether the hub's own tunnel to that side ends at this IP address now: WireGuard has proven that one. */
  readonly vouches: (side: SideNumber, address: string) => boolean
  /** A bound on mac1 checks of all passages together. */
  readonly afford: (nowMs: number) => boolean
  readonly onLearned: () => void
}

/**
 * Decides where packets of one pair go; it neither sends nor receives any.
 *
 * It cannot read what it passes on, and all that it can check, mac1, everybody can make who knows the receiver's public
 * key. So a handshake packet alone moves nobody: an address counts once the other side has answered its initiation, or
 * once it has answered one itself (the number that an answer names was told to it alone). Then
 * - the answer of a side that is where it was moves the one that asked: a peer that roams;
 * - where both ends are new, each needs that nobody was known there, or that the old address has been silent for longer
 *   than keepalives are apart, or that it is the address of the hub's own tunnel to that peer and the old one was not.
 * Somebody who knows both keys and can forge the other side's source address still diverts a pair until its next
 * handshake, which WireGuard starts within 15 s of silence; nobody can read or change what is inside.
 */
export class Passage {
  readonly #sides: readonly [Side, Side]
  readonly #options: PassageOptions

  constructor(options: PassageOptions) {
    this.#options = options
    const [a, b] = options.keys
    this.#sides = [newSide(b, options.at?.[0] ?? null), newSide(a, options.at?.[1] ?? null)]
  }

  /** Where both sides are, as far as that is proven. */
  get at(): readonly [At | null, At | null] {
    return [this.#sides[0].at, this.#sides[1].at]
  }

  /** Takes over the keys of a pair of which one changed; where both are stays. */
  setKeys([a, b]: readonly [PublicKey, PublicKey]): void {
    this.#sides[0].mac1Key = mac1Key(b)
    this.#sides[1].mac1Key = mac1Key(a)
  }

  /** Where a packet goes that came from `from` on the port of `side`: from the other side's port. @param nowMs monotonic */
  receive(side: SideNumber, packet: Buffer, { from, nowMs }: { from: At; nowMs: number }): readonly At[] {
    const kind = kindOf(packet)
    const own = this.#sides[side]
    const isKnown = isSame(own.at, from)
    if (isKnown && kind !== null) own.heardMs = nowMs
    switch (kind) {
      case 'data':
        return isKnown ? this.#there(side) : []
      case 'cookie':
        return this.#cookie(side, packet, isKnown || own.askers.some((asker) => isSame(asker.at, from)))
      case 'initiation':
        return this.#initiation(side, packet, { from, nowMs })
      case 'response':
        return this.#response(side, packet, { from, nowMs })
      case null:
        return []
    }
  }

  #there(side: SideNumber): readonly At[] {
    const { at } = this.#sides[other(side)]
    return at ? [at] : []
  }

  #cookie(side: SideNumber, packet: Buffer, isExpected: boolean): readonly At[] {
    if (!isExpected) return []
    const index = answeredIndex(packet, 'cookie')
    const asker = this.#sides[other(side)].askers.find((one) => one.index === index)
    return asker ? [asker.at] : []
  }

  #initiation(side: SideNumber, packet: Buffer, { from, nowMs }: { from: At; nowMs: number }): readonly At[] {
    const own = this.#sides[side]
    const there = this.#sides[other(side)]
    // While a key changes, the hub may know of it later than those who send; from where they are all may pass.
    if (!this.#fits(own, packet, { from, nowMs })) return isSame(own.at, from) ? this.#there(side) : []
    const fresh = own.askers.filter(({ at, askedMs }) => !isSame(at, from) && nowMs - askedMs < ASKED_MS)
    own.askers = this.#kept(side, [{ at: from, index: senderIndex(packet), askedMs: nowMs }, ...fresh])
    const guesses = there.askers
      .filter(({ at, askedMs }) => !isSame(there.at, at) && nowMs - askedMs < ASKED_MS)
      .map(({ at }) => at)
      .filter(() => own.copies.take(1, nowMs))
    return there.at ? [there.at, ...guesses] : guesses
  }

  /** Those whose address the hub's own tunnel vouches for go first, and are not pushed out by others. */
  #kept(side: SideNumber, askers: readonly Asker[]): Asker[] {
    const isVouched = ({ at }: Asker): boolean => this.#options.vouches(side, at.address)
    const vouched = askers.filter(isVouched)
    const others = askers.filter((asker) => !vouched.includes(asker))
    return [...vouched.slice(0, ASKERS), ...others.slice(0, ASKERS)]
  }

  #response(side: SideNumber, packet: Buffer, { from, nowMs }: { from: At; nowMs: number }): readonly At[] {
    const own = this.#sides[side]
    const asking = this.#sides[other(side)]
    const asker = asking.askers.find((one) => one.index === answeredIndex(packet, 'response'))
    // After a restart nobody remembers who asked; an answer between known addresses is still one.
    const isKnown = isSame(own.at, from)
    if (!asker || !this.#fits(own, packet, { from, nowMs })) return isKnown ? this.#there(side) : []
    if (!isKnown && !this.#mayTake(side, from, nowMs)) return []
    if (!isKnown && !isSame(asking.at, asker.at) && !this.#mayTake(other(side), asker.at, nowMs)) return []
    const isNews = !isKnown || !isSame(asking.at, asker.at)
    settle(own, from, nowMs)
    settle(asking, asker.at, nowMs)
    if (isNews) this.#options.onLearned()
    return [asker.at]
  }

  #fits(own: Side, packet: Buffer, { from, nowMs }: { from: At; nowMs: number }): boolean {
    const isAffordable = isSame(own.at, from)
      ? own.ownChecks.take(1, nowMs)
      : own.checks.take(1, nowMs) && this.#options.afford(nowMs)
    return isAffordable && hasMac1(packet, own.mac1Key)
  }

  /** Whether a side may be moved to `to` although the other side's address is new as well. */
  #mayTake(side: SideNumber, to: At, nowMs: number): boolean {
    const { at, heardMs } = this.#sides[side]
    if (at === null || nowMs - heardMs >= SILENT_MS) return true
    return this.#options.vouches(side, to.address) && !this.#options.vouches(side, at.address)
  }
}

const other = (side: SideNumber): SideNumber => (side === 0 ? 1 : 0)

const isSame = (a: At | null, b: At): boolean => a !== null && a.port === b.port && a.address === b.address

const newSide = (receiver: PublicKey, at: At | null): Side => ({
  at,
  heardMs: Number.NEGATIVE_INFINITY,
  askers: [],
  mac1Key: mac1Key(receiver),
  checks: new Bucket(CHECKS_PER_S, CHECKS_BURST),
  ownChecks: new Bucket(CHECKS_PER_S, CHECKS_BURST),
  copies: new Bucket(COPIES_PER_S, COPIES_BURST),
})

function settle(side: Side, at: At, nowMs: number): void {
  side.at = at
  side.heardMs = nowMs
}

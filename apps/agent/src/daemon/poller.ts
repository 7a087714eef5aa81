import { MAX_WAIT_S, type PollInput } from '@warren/protocol'
import { digestText, selfDigest } from '@warren/protocol/digest'
import type { Mesh, MeshProblem } from '../mesh/client.ts'
import { meaningOf, type View } from '../plan/answer.ts'
import { backoffMs } from '../plan/backoff.ts'
import type { Phase } from '../state/daemon-status.ts'
import type { Keeper } from './keeper.ts'

/** What one question to the console led to. */
export type Turn = {
  readonly phase: Phase
  /** One sentence when the phase is not `current`. */
  readonly sentence: string | null
  /** How long to wait before the next question, in milliseconds. */
  readonly pauseMs: number
  /** Another view is in force: worth telling. */
  readonly news?: boolean
}

/** Chosen: an admin who enables a node again should see it come back within seconds, from any console. */
const SHUT_OUT_MS = 2_000
/** An answer that took longer was held by the console, so the next question may follow at once. */
const HELD_MS = 1_000
/** Chosen: telling that a view is in force is not worth a longer wait. */
const CONFIRM_MS = 1_000

/** Tells the console what is in force now, without waiting for news. */
export const confirm = (poller: Poller): Promise<unknown> => poller.turn(0, AbortSignal.timeout(CONFIRM_MS))

/** Asks the console what is new and has it put in force, one question at a time. */
export class Poller {
  readonly #mesh: Mesh
  readonly #keeper: Keeper
  #failures = 0
  #askAll = false

  constructor(mesh: Mesh, keeper: Keeper) {
    this.#mesh = mesh
    this.#keeper = keeper
  }

  /**
   * One question, held by the console for up to `waitS` seconds; null when `signal` ended it.
   * @throws Failure when a good view could not be put in force here
   */
  async turn(waitS: number, signal: AbortSignal): Promise<Turn | null> {
    const askedAt = performance.now()
    const answer = await this.#mesh.poll(this.#question(Math.min(waitS, MAX_WAIT_S)), signal)
    if (!answer.ok) return this.#disappointed(answer.problem, performance.now() - askedAt)
    const meaning = meaningOf(this.#askAll ? null : this.#keeper.view, answer.value)
    if (meaning.kind === 'lost') {
      // Asked for once at once; if everything does not fit either, it is no use to insist.
      const again = this.#askAll
      this.#askAll = true
      return again ? this.#refused(meaning.sentence) : { phase: 'starting', sentence: meaning.sentence, pauseMs: 0 }
    }
    if (meaning.kind === 'same') this.#keeper.goOn(meaning.view)
    else {
      const problem = this.#keeper.problemWith(meaning.view)
      if (problem !== null) return this.#refused(problem)
      await this.#adopt(meaning.view)
    }
    this.#failures = 0
    this.#askAll = false
    return { phase: 'current', sentence: null, pauseMs: 0, news: meaning.kind !== 'same' }
  }

  /** Forgets how often it failed: something around changed. */
  encourage(): void {
    this.#failures = 0
    this.#mesh.reset()
  }

  #question(waitS: number): PollInput {
    const { view, applied } = this.#keeper
    const cursor = this.#askAll ? null : (view?.cursor ?? null)
    return {
      cursor,
      applied:
        applied && !this.#askAll
          ? { revision: applied.revision, digest: applied.digest, self: digestText(selfDigest(applied.self)) }
          : null,
      waitS,
    }
  }

  async #adopt(view: View): Promise<void> {
    const moved = this.#keeper.view !== null && this.#keeper.view.self.ip !== view.self.ip
    await this.#keeper.shutOut(false)
    await this.#keeper.adopt(view)
    if (moved) this.#mesh.reset()
  }

  async #disappointed(problem: MeshProblem, tookMs: number): Promise<Turn | null> {
    switch (problem.kind) {
      case 'aborted':
        return null
      case 'outage': {
        this.#failures += 1
        const pauseMs = backoffMs(this.#failures, problem.outage, Math.random())
        return { phase: 'unreachable', sentence: problem.sentence, pauseMs }
      }
      case 'nonsense':
        return this.#refused(problem.sentence)
      case 'refused': {
        if (problem.refusal.kind !== 'forbidden') return this.#refused(problem.refusal.message)
        await this.#keeper.shutOut(true)
        this.#askAll = true
        const pauseMs = tookMs > HELD_MS ? 0 : Math.random() * SHUT_OUT_MS
        return { phase: 'disabled', sentence: problem.refusal.message, pauseMs }
      }
    }
  }

  /** The console and this node do not agree; the device stays as it is, and the next attempt takes its time. */
  #refused(sentence: string): Turn {
    this.#failures += 1
    return {
      phase: 'refused',
      sentence,
      pauseMs: Math.max(500, backoffMs(this.#failures + 4, 'silent', Math.random())),
    }
  }
}

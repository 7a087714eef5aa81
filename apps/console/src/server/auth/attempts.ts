import { createHash } from 'node:crypto'
import { asking, type Db } from '@warren/db'
import { Refusal } from '@warren/protocol'

/** How long a failed attempt counts. */
const WINDOW_MS = 15 * 60_000

/**
 * Chosen: typing errors pass, guessing does not; a shared address in front of an office gets more. The limit of a name
 * counts from one place, so that nobody can keep a person out from afar; over all places it is only there to make a
 * guess from a thousand machines hopeless, and does not count where the person has been signed in.
 */
const PER_NAME_AND_SOURCE = 5
const PER_SOURCE = 20
const PER_NAME = 60

/** Wrong codes of one person, from wherever: only who has the right password gets to try any, and six digits are few. */
const PER_CODE = 10

/** What may be tried a few times only. */
export type What = 'login' | 'code' | 'set-up' | 'welcome' | 'password'

/**
 * `name` is null where the source alone is limited. `isUsualPlace` tells whether the person has been signed in from
 * this source; asked only when that matters.
 */
export type Attempt = {
  what: What
  name: string | null
  source: string
  now: Date
  isUsualPlace?: () => Promise<boolean>
}

/**
 * Runs `work` as one attempt: it counts as failed from before it begins, so that a thousand at once gain nothing, and is
 * forgotten when `work` answers something. When it answers null it stays counted.
 * @throws Refusal too-many, saying when to try again
 */
export async function attempt<T>(db: Db, about: Attempt, work: () => Promise<T | null>): Promise<T | null> {
  const name = hidden(about)
  const { id } = await asking(() =>
    db.prisma.loginFailure.create({ data: { name, address: about.source, at: about.now }, select: { id: true } }),
  )
  const forget = (where: { id: number } | { name: string; address: string }) =>
    asking(() => db.prisma.loginFailure.deleteMany({ where }))

  const again = await whenAgain(db, { ...about, name })
  if (again) {
    // A refused attempt was no guess: counting it would let anyone keep a person out for good.
    await forget({ id })
    throw tooMany(again, about.now)
  }
  const result = await work().catch(async (error: unknown) => {
    await forget({ id })
    throw error
  })
  if (result !== null) await forget({ name, address: about.source })
  return result
}

/** People type passwords where names belong, so what was typed is not kept: its hash counts as well. */
const hidden = ({ what, name }: Attempt): string =>
  createHash('sha256')
    .update(`${what}:${name ?? ''}`)
    .digest('base64url')

/** When the limit that this attempt is over will let one through; null when it is over none. */
async function whenAgain(db: Db, about: Attempt & { name: string }): Promise<Date | null> {
  const { name, source, what, now } = about
  const since = new Date(now.getTime() - WINDOW_MS)
  await asking(() => db.prisma.loginFailure.deleteMany({ where: { at: { lt: since } } }))
  const overLimit = (where: { name?: string; address?: string }, limit: number) =>
    asking(() =>
      db.prisma.loginFailure.findFirst({
        where: { ...where, at: { gte: since } },
        orderBy: [{ at: 'desc' }, { id: 'desc' }],
        // The newest is this attempt itself.
        skip: limit,
        select: { at: true },
      }),
    )
  const named = what === 'login' || what === 'password' || what === 'code'
  const [here, place, everywhere] = await Promise.all([
    named ? overLimit({ name, address: source }, PER_NAME_AND_SOURCE) : null,
    overLimit({ address: source }, PER_SOURCE),
    named ? overLimit({ name }, what === 'code' ? PER_CODE : PER_NAME) : null,
  ])
  const far = everywhere && !(await about.isUsualPlace?.()) ? everywhere : null
  const latest = Math.max(...[here, place, far].map((row) => row?.at.getTime() ?? 0))
  return latest === 0 ? null : new Date(latest + WINDOW_MS)
}

function tooMany(again: Date, now: Date): Refusal {
  const minutes = Math.max(1, Math.ceil((again.getTime() - now.getTime()) / 60_000))
  const wait = minutes === 1 ? '1 minute' : `${minutes} minutes`
  return new Refusal('too-many', `There were too many failed attempts; try again in ${wait}.`)
}

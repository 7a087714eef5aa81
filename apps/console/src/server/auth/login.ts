import { asking, type Db } from '@warren/db'
import { CODE_NEEDED, Refusal, type Role, UserName } from '@warren/protocol'
import { attempt } from './attempts.ts'
import { isPassword } from './password.ts'
import { spendCode } from './second-factor.ts'

/** What somebody typed, and where from. `code` is empty until it is asked for. */
export type Login = { name: string; password: string; code?: string; source: string; now: Date }

/** A person who proved who they are. `epoch` is what their session can be opened with. */
export type SignedIn = { id: number; name: string; role: Role; epoch: number }

/** Longer ones are nobody's (protocol's Password); they are not worth hashing. */
const MAX_PASSWORD = 200

/**
 * Checks a name and a password, and a code from who has set up a second factor. Never says which of name and password
 * was wrong, nor whether the person is disabled. That a code is needed is said to who has the right password only, and
 * counts as a failed attempt until the code is right: nobody tries out passwords more often because of it.
 * @throws Refusal not-signed-in (code when that is what is missing or wrong), too-many, unavailable
 */
export async function login(db: Db, { name, password, code = '', source, now }: Login): Promise<SignedIn> {
  let wanting: Refusal | null = null
  const known = UserName.safeParse(name).data ?? null
  const isUsualPlace = () => wasHere(db, known, source)
  const person = await attempt(db, { what: 'login', name, source, now, isUsualPlace }, async () => {
    const user = known === null ? null : await asking(() => db.prisma.user.findUnique({ where: { name: known } }))
    const right = await isPassword(password.slice(0, MAX_PASSWORD + 1), user?.passwordHash ?? null)
    if (!user || !right || user.disabledAt !== null) return null
    if (user.totpSealed === null || (await isCode(db, user, { code, source, now }))) return user
    const says = code === '' ? CODE_NEEDED : 'That code is not right, or was used already; wait for the next one.'
    wanting = new Refusal('not-signed-in', says, 'code')
    return null
  })
  if (!person) throw wanting ?? new Refusal('not-signed-in', 'That name and password do not belong together.')
  return { id: person.id, name: person.name, role: person.role, epoch: person.sessionEpoch }
}

type Typed = { code: string; source: string; now: Date }

/** Whether the code is right; each that is not counts against the person, wherever it came from. */
async function isCode(db: Db, user: Parameters<typeof spendCode>[1], { code, source, now }: Typed): Promise<boolean> {
  if (code === '') return false
  const about = { what: 'code', name: String(user.id), source, now } as const
  return (await attempt(db, about, async () => ((await spendCode(db, user, { code, now })) ? true : null))) === true
}

/** Whether the person of this name has been signed in from this source. */
async function wasHere(db: Db, name: string | null, source: string): Promise<boolean> {
  if (name === null || source === 'unknown') return false
  const select = { id: true } as const
  return (await asking(() => db.prisma.session.findFirst({ where: { source, user: { name } }, select }))) !== null
}

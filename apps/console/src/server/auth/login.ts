import { asking, type Db } from '@warren/db'
import { Refusal, SetUp } from '@warren/protocol'
import type { Role } from '../ctx.ts'
import { attempt } from './attempts.ts'
import { isPassword } from './password.ts'

/** What somebody typed, and where from. */
export type Login = { name: string; password: string; source: string; now: Date }

/** A person who proved who they are. `epoch` is what their session stands and falls with. */
export type SignedIn = { id: number; name: string; role: Role; epoch: number }

/** Longer ones are nobody's (protocol's SetUp); they are not worth hashing. */
const MAX_PASSWORD = 200

/**
 * Checks a name and a password. Never says which of the two was wrong, nor whether the person is disabled.
 * @throws Refusal not-signed-in, too-many, unavailable
 */
export async function login(db: Db, { name, password, source, now }: Login): Promise<SignedIn> {
  const person = await attempt(db, { what: 'login', name, source, now }, async () => {
    const known = SetUp.shape.name.safeParse(name)
    const user = known.success ? await asking(() => db.prisma.user.findUnique({ where: { name: known.data } })) : null
    const right = await isPassword(password.slice(0, MAX_PASSWORD + 1), user?.passwordHash ?? null)
    return user && right && user.disabledAt === null ? user : null
  })
  if (!person) throw new Refusal('not-signed-in', 'That name and password do not belong together.')
  return { id: person.id, name: person.name, role: person.role, epoch: person.sessionEpoch }
}

import { asking, type Db } from '@warren/db'
import { hasOwner } from './open-set-up.ts'

/** `open`: somebody with the token may become the owner. `closed`: there is one. `waiting`: no token was made yet. */
export type SetUpState = { state: 'open' | 'closed' | 'waiting' }

/** How the set-up of this console stands. */
export async function setUpState({ db }: { db: Db }): Promise<SetUpState> {
  if (await hasOwner(db.prisma)) return { state: 'closed' }
  const open = await asking(() => db.prisma.setUp.findUnique({ where: { id: 1 }, select: { id: true } }))
  return { state: open ? 'open' : 'waiting' }
}

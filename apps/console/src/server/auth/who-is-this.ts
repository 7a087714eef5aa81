import { asking } from '@warren/db'
import type { Role, Subtree } from '@warren/protocol'
import type { Context } from '../trpc.ts'

/** The person who asks, as the pages need to know them. */
export type Me = {
  id: number
  name: string
  role: Role
  /** The CIDR that an admin of one subtree is bound to. */
  subtree: Subtree | null
  hasPassword: boolean
  /** Whether signing in takes a code of an authenticator app as well. */
  totp: boolean
  /** The peer this person sits at, so that the console can warn before it is cut off. */
  ownPeerId: number | null
  via: 'session' | 'token'
}

/**
 * Who asks; null when nobody is signed in.
 * @throws Refusal unavailable
 */
export async function whoIsThis({ db, whoAsks }: Context): Promise<Me | null> {
  const asker = await whoAsks()
  if (!asker || asker.via === 'mesh' || asker.actor.id === null) return null
  const { role, subtree, via, actor } = asker
  const select = { id: true, name: true, passwordHash: true, totpSealed: true, ownPeerId: true } as const
  const user = await asking(() => db.prisma.user.findUnique({ where: { id: actor.id ?? 0 }, select }))
  if (!user) return null
  const { id, name, passwordHash, totpSealed, ownPeerId } = user
  return { id, name, role, subtree, via, hasPassword: passwordHash !== null, totp: totpSealed !== null, ownPeerId }
}

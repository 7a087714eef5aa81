import { asking } from '@warren/db'
import { type SelfCtx, selfId } from './self.ts'

/** What a person's own page shows besides sessions and tokens. */
export type AccountState = {
  hasPassword: boolean
  totp: boolean
  /** Recovery codes that were not used yet. */
  recoveryLeft: number
  /** Whether an identity of the OpenID Connect provider is linked. */
  oidc: boolean
  ownPeer: OwnPeer | null
}
export type OwnPeer = { id: number; name: string; address: string; network: string }

/** How a person's account stands. */
export async function accountState(ctx: SelfCtx): Promise<AccountState> {
  const user = await asking(() =>
    ctx.db.prisma.user.findUniqueOrThrow({
      where: { id: selfId(ctx) },
      include: { ownPeer: { select: { id: true, name: true, address: true, network: { select: { name: true } } } } },
    }),
  )
  const { ownPeer } = user
  return {
    hasPassword: user.passwordHash !== null,
    totp: user.totpSealed !== null,
    recoveryLeft: user.recoveryHashes.length,
    oidc: user.oidcSubject !== null,
    ownPeer: ownPeer && { ...ownPeer, network: ownPeer.network.name },
  }
}

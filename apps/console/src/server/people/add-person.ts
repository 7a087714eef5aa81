import type { AddPerson } from '@warren/protocol'
import type { Ctx } from '../ctx.ts'
import { amongPeople } from './person.ts'
import { record } from './record.ts'
import { refuseNoSuchPlace } from './subtree.ts'
import { makeLink, type WelcomeLink } from './welcome-link.ts'

/**
 * Adds a person, who sets a password with the link that is answered.
 * @throws Refusal conflict (name), not-found (subtree)
 */
export function addPerson({ db, actor }: Ctx, { name, role, subtree }: AddPerson): Promise<WelcomeLink> {
  return amongPeople(db, async (tx) => {
    const place = await refuseNoSuchPlace(tx, subtree)
    const bound = { subtreeNetworkId: subtree?.networkId ?? null, subtreeCidrId: subtree?.cidrId ?? null }
    const user = await tx.user.create({ data: { name, role, ...bound } })
    await record(tx, { actor, kind: 'person.added', about: { userId: user.id, name, role, subtree: place } })
    return makeLink(tx, user, actor)
  })
}

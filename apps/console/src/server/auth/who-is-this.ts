import type { Role } from '../ctx.ts'
import type { Context } from '../trpc.ts'

/** The person who asks, as the page's head shows them; null when nobody is signed in. */
export async function whoIsThis({ whoAsks }: Context): Promise<{ name: string; role: Role } | null> {
  const asker = await whoAsks()
  return asker && { name: asker.actor.name, role: asker.role }
}

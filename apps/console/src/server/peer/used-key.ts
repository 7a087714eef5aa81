import type { Writer } from '@warren/db'
import { Refusal } from '@warren/protocol'

/**
 * Refuses a public key that the network knows already, as a peer's or as an invitation's: WireGuard tells peers apart by
 * their keys alone. Names nobody: whoever joins may not learn who else is there.
 */
export async function refuseUsedKey(
  tx: Writer,
  { key, field, except }: { key: string; field: string; except?: number },
): Promise<void> {
  const holder = await tx.peerWithKey(key)
  if ((!holder || holder.id === except) && !(await tx.invitationWithKey(key))) return
  throw inUse(field)
}

/** The same for many keys, none of which may come twice either. */
export async function refuseUsedKeys(tx: Writer, keys: readonly string[], field: string): Promise<void> {
  if (new Set(keys).size < keys.length || (await tx.knownKeys(keys)).size > 0) throw inUse(field)
}

const inUse = (field: string) =>
  new Refusal('conflict', 'That public key is in use in this network already; make a new key pair.', field)

import type { Db } from '@warren/db'
import type { Actor } from '@warren/protocol'

/** What a verb acts with: the database, and who is answerable for what it does. */
export type Ctx = { readonly db: Db; readonly actor: Actor }

/** What a person may do: a viewer reads, an admin changes networks, an owner does everything. */
export type Role = 'viewer' | 'admin' | 'owner'

/** Who asks. `onlyNetwork` binds a peer that asks over the mesh to its own network; null for people. */
export type Asker = { readonly actor: Actor; readonly role: Role; readonly onlyNetwork: number | null }

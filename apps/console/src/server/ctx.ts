import type { Db } from '@warren/db'
import type { Actor, Role, Standing, Subtree } from '@warren/protocol'

export type { Role } from '@warren/protocol'

/**
 * What a verb acts with: the database, who is answerable for what it does, and what that one may do. `standing` is left
 * out by those whom nothing binds: the system itself, and seeds.
 */
export type Ctx = { readonly db: Db; readonly actor: Actor; readonly standing?: Standing }

/** Who asks, as things stand with this very request. */
export type Asker = {
  readonly actor: Actor
  readonly role: Role
  /** What an admin of one subtree is bound to; null for everyone else. */
  readonly subtree: Subtree | null
  /** The only network there is for a peer that asks over the mesh, and for an admin of one subtree; null for all. */
  readonly onlyNetwork: number | null
  /** A browser that signed in, a program with a token, or a peer over the mesh. */
  readonly via: 'session' | 'token' | 'mesh'
  /** The session's row; null unless `via` says session. */
  readonly sessionId: number | null
}

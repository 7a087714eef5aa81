import { generateKeyPairSync } from 'node:crypto'
import { type Db, loadNetwork } from '@warren/db'
import { testDatabase } from '@warren/db/testing'
import { type NetworkRow, type PeerRow, PrivateKey, PublicKey, Refusal, type RefusalKind } from '@warren/protocol'
import { signTurn } from '@warren/protocol/rotation'
import { expect } from 'vitest'
import type { Ctx } from '~/server/ctx.ts'
import { registerHubKey } from '~/server/hub/register-hub-key.ts'
import { createNetwork } from '~/server/network/create-network.ts'

/** A database of its own for a test file, and who acts in it. */
export type World = { db: Db; ctx: Ctx; stop(): Promise<void> }

export async function openWorld(): Promise<World> {
  const { db, drop } = await testDatabase()
  return { db, ctx: { db, actor: { kind: 'user', id: 1, name: 'anna' } }, stop: drop }
}

/** The private halves of the keys of a test, by their public ones: a new key is signed with the old one. */
const privateHalves = new Map<string, PrivateKey>()

/** A fresh WireGuard public key, as base64. */
export function newKey(): PublicKey {
  const pair = generateKeyPairSync('x25519')
  const text = (der: Buffer) => der.subarray(-32).toString('base64')
  const key = PublicKey.parse(text(pair.publicKey.export({ type: 'spki', format: 'der' })))
  // X25519 takes any 32 bytes; the text of a key that wg(8) makes is that of a clamped one, and both sign alike.
  privateHalves.set(key, PrivateKey.parse(text(pair.privateKey.export({ type: 'pkcs8', format: 'der' }))))
  return key
}

/** What a member of a network sends to get another key: signed with its present one, or with that of `signedBy`. */
export async function keyChange(
  network: string,
  { id, publicKey }: Pick<PeerRow, 'id' | 'publicKey'>,
  { to = newKey(), signedBy = publicKey }: { to?: PublicKey; signedBy?: string | null } = {},
) {
  const from = PublicKey.parse(publicKey ?? newKey())
  const privateKey = privateHalves.get(signedBy ?? from)
  if (!privateKey) throw new Error('that key was not made by this test')
  return { publicKey: to, signature: await signTurn(privateKey, { network, peerId: id, from, to }) }
}

/** A secret's SHA-256 would look like this. */
export const newHash = (): string => newKey().replace(/=$/, '').padEnd(64, '0')

/** A network of a test, with the ids it is talked about by. */
export type Plan = { id: number; network: NetworkRow; root: number; infra: number; hub: number; prefix: string }

let made = 0

/** A network with a hub that has its key. Each has a /16, a name and a port of its own. */
export async function plant(ctx: Ctx, hubKey: PublicKey | null = newKey()): Promise<Plan> {
  made += 1
  const prefix = `10.${made}.0.0/16`
  const endpoint = '203.0.113.7:51820'
  const network = await createNetwork(ctx, { name: `net-${made}`, prefix, endpoint, listenPort: 20_000 + made })
  if (hubKey) await registerHubKey(ctx, { networkId: network.id, publicKey: hubKey })
  const { cidrs, peers } = await stateOf(ctx, network.id)
  const idOf = (rows: { id: number; name: string }[], name: string) => rows.find((row) => row.name === name)?.id ?? 0
  return {
    id: network.id,
    network,
    root: idOf(cidrs, network.name),
    infra: idOf(cidrs, 'infra'),
    hub: idOf(peers, 'hub'),
    prefix,
  }
}

/** The whole of a network as the database has it now. */
export async function stateOf({ db }: Ctx, networkId: number) {
  const state = await loadNetwork(db, networkId)
  if (!state) throw new Error(`there is no network ${networkId}`)
  return state
}

/** The address with these last two bytes in the /16 of a plan. */
export const at = (plan: Plan, tail: string): string => plan.prefix.replace('0.0/16', tail)

/** Asserts that something is refused: of this kind, about this field, in these words. */
export async function refused(
  work: Promise<unknown>,
  { kind, field = null, says }: { kind: RefusalKind; field?: string | null; says: string | RegExp },
): Promise<void> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Refusal)
  if (!(error instanceof Refusal)) return
  expect(error.message).toMatch(says)
  expect({ kind: error.kind, field: error.field }).toEqual({ kind, field })
}

import type { Admin, Invite } from './admin.ts'
import type { Host, Ran } from './host.ts'
import { built } from './places.ts'
import type { Program } from './program.ts'
import { expectedMatrix, type Matrix, type Pinger, pingMatrix, untilReach } from './reach.ts'

type RunOptions = { input?: string; env?: Record<string, string>; timeoutMs?: number }

/** The agent's command line on a host. */
export const warren = (host: Host, args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  host.run(built.node, [built.agent, ...args], options)

/** The same, when it has to work. */
export const mustWarren = (host: Host, args: readonly string[], options: RunOptions = {}): Promise<string> =>
  host.must(built.node, [built.agent, ...args], options)

/** A host that has joined. `name` is the peer's; the address may change. */
export type Member = {
  readonly name: string
  readonly host: Host
  daemon: Program
}

/** Starts the daemon that keeps a joined host current. */
export const startDaemon = (host: Host, network?: string): Promise<Program> => {
  const names = network === undefined ? [] : [network]
  return host.start('warren up --daemon', [built.node, built.agent, 'up', ...names, '--daemon'])
}

/** `warren join` with the invitation as a file. */
export async function tryToJoin(host: Host, { file, peer }: Invite, env: Record<string, string> = {}): Promise<Ran> {
  const path = await host.file(`${peer.name}.toml`, file)
  return warren(host, ['join', path], { env })
}

/** Joins as a person does: the invitation as a file, one command, then the daemon. */
export async function join(host: Host, invite: Invite, network?: string): Promise<Member> {
  const { name } = invite.peer
  const { exitCode, stdout, stderr } = await tryToJoin(host, invite)
  if (exitCode !== 0) throw new Error(`${name} could not join (${exitCode}):\n${stdout}\n${stderr}`)
  return { name, host, daemon: await startDaemon(host, network) }
}

/** Invites and joins peers, all at the same time: which host is to be whom, in which CIDR. */
export function joinAll(admin: Admin, who: readonly { host: Host; name: string; cidr: string }[]): Promise<Member[]> {
  return Promise.all(
    who.map(async ({ host, name, cidr }) => join(host, await admin.invite(name, cidr), admin.network.name)),
  )
}

type Somebody = Pick<Pinger, 'name' | 'host'>

/** Waits until the members' pings say what packages/cidr says of the network as it is now, and returns that. */
export async function reached(admin: Admin, members: readonly Somebody[]) {
  const snapshot = await admin.snapshot()
  // A deleted peer is still asked at the address that it had.
  const rows = new Map(snapshot.peers.toReversed().map((row) => [row.name, row]))
  const pingers = members.map(({ name, host }) => ({ name, host, address: rows.get(name)?.address ?? '' }))
  const expected = expectedMatrix(snapshot, pingers)
  await untilReach(pingers, expected)
  return { pingers, matrix: expected }
}

/**
 * The same, and asks the pairs that must not answer once more: what was cut stays cut. Returns who answered, for a test
 * to compare with what a person wrote down.
 */
export async function settled(admin: Admin, members: readonly Somebody[]): Promise<Matrix> {
  const { pingers, matrix } = await reached(admin, members)
  return [...matrix, ...(await pingMatrix(pingers, { asked: (pair) => !matrix.includes(pair) }))].sort()
}

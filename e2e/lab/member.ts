import type { Host, Ran } from './host.ts'
import type { Invite } from './network.ts'
import { built } from './places.ts'
import type { Program } from './program.ts'

/** The agent's command line on a host. */
export const warren = (
  host: Host,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Ran> => host.run(built.node, [built.agent, ...args], options)

/** A host that has joined. */
export type Member = {
  readonly name: string
  readonly host: Host
  readonly address: string
  daemon: Program
}

/** Starts the daemon that keeps a joined host current. */
export const startDaemon = (host: Host): Promise<Program> =>
  host.start('warren up --daemon', [built.node, built.agent, 'up', '--daemon'])

/** Joins as a person does: the invitation as a file, one command, then the daemon. */
export async function join(host: Host, { peer, file }: Invite): Promise<Member> {
  const path = await host.file('invitation.toml', file)
  const { exitCode, stdout, stderr } = await warren(host, ['join', path])
  if (exitCode !== 0) throw new Error(`${peer.name} could not join (${exitCode}):\n${stdout}\n${stderr}`)
  return { name: peer.name, host, address: peer.address, daemon: await startDaemon(host) }
}

import { readFile } from 'node:fs/promises'
import { text as textOf } from 'node:stream/consumers'
import { readInvitation } from '@warren/protocol'
import { Failure } from '../failure.ts'
import { join } from '../join/join.ts'
import { ticketOf } from '../join/ticket.ts'
import type { JoinedConfig } from '../state/config.ts'
import { places } from '../state/places.ts'
import { hasCode, reasonOf } from '../system/files.ts'
import { underLock } from '../system/lock.ts'
import { demandNetworkAdmin } from '../system/privilege.ts'
import { type Context, keeperParts } from './context.ts'
import { installCommand, installService } from './service.ts'

/** `hosts`: keep peers' names in the hosts file; `service`: have systemd keep this node current afterwards. */
export type JoinOptions = { hosts: boolean; service: boolean; pinKeys?: 'usual' | 'strict'; json: boolean }

/** `warren join`: reads the invitation, and makes this node a member. @throws Failure or Refusal */
export async function joinCommand(context: Context, source: string, options: JoinOptions): Promise<void> {
  const ticket = ticketOf(readInvitation(await invitationText(source)))
  await demandNetworkAdmin('join')
  const patience = setTimeout(() => context.say(`waiting for the hub at ${ticket.endpoint} …`), 2_000)
  try {
    const { hosts, pinKeys } = options
    const { config } = await underLock(places(context.env, ticket.network).lock, 0, () =>
      join({ ...keeperParts(context), hosts, ...(pinKeys ? { pinKeys } : {}) }, ticket),
    )
    await tellJoined(context, config, options)
  } finally {
    clearTimeout(patience)
  }
}

/** Says what this node is now, and has systemd keep it so where that was asked for. @throws Failure */
async function tellJoined(context: Context, { network, peer }: JoinedConfig, options: JoinOptions): Promise<void> {
  if (options.json) {
    const services = options.service ? (await installService(context, network.name)).states : []
    const { name, id, address } = peer
    const facts = { network: network.name, interface: network.interface, peer: name, id, address, services }
    context.print(`${JSON.stringify({ changed: true, ...facts }, null, 2)}\n`)
    return
  }
  context.print(
    `Joined ${network.name} as ${peer.name}, ${peer.address}, on the interface ${network.interface}.\n${
      options.service ? '' : `Keep it current with: warren service install, or warren up ${network.name} --daemon\n`
    }`,
  )
  if (options.service) await installCommand(context, network.name, { json: false, restart: false })
}

/** The invitation's text: from stdin (`-`), from a file, or the argument itself when it is a token. @throws Failure */
async function invitationText(source: string): Promise<string> {
  if (source === '-') return textOf(process.stdin)
  if (source.startsWith('warren1-')) return source
  try {
    return await readFile(source, 'utf8')
  } catch (error) {
    const reason = hasCode(error, 'ENOENT') ? 'there is no such file, and it is not a token' : reasonOf(error)
    throw new Failure('usage', `The invitation ${source.slice(0, 80)} cannot be read: ${reason}.`)
  }
}

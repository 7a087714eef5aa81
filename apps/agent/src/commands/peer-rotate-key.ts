import { PeerRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin } from '../admin/admin.ts'
import { demandCidr, demandPeer } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'

type Options = AdminOptions & { cidr?: string }

/** `warren peer rotate-key`: asks agents to make themselves new keys. */
export function peerRotateKeyCommand(peer: Command, context: Context): void {
  adminCommand(peer, 'rotate-key', 'ask agents to make themselves new keys')
    .argument('[peers...]')
    .option('--cidr <cidr>', 'all in this CIDR and below it: a name or a prefix')
    .action((names: string[], options: Options) => askForKeys(context, names, options))
}

async function askForKeys(context: Context, names: readonly string[], options: Options): Promise<void> {
  if (names.length > 0 === (options.cidr !== undefined)) throw new Failure('usage', 'Name peers, or a CIDR by --cidr.')
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const whom =
    options.cidr === undefined
      ? { peerIds: names.map((name) => demandPeer(state, name).id) }
      : { cidrId: demandCidr(state, options.cidr).id }
  const waiting = new Set(state.peers.filter(({ rotateAskedAt }) => rotateAskedAt !== null).map(({ id }) => id))
  const peers = await admin.change('peer.rotateKeys', whom, z.array(z.object(PeerRow.shape)))
  const fresh = peers.filter(({ id }) => !waiting.has(id))
  const asked = peers.map(({ name }) => name).join(', ')
  const sentence = fresh.length > 0 ? `asked for new keys: ${asked}` : `asked already: ${asked}`
  tell(context, options, { changed: fresh.length > 0, sentence, data: { peers } })
}

import { PeerRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin } from '../admin/admin.ts'
import { demandPeer } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { numberOr, yesOrNo } from './typed.ts'

const Row = z.object(PeerRow.shape)

type Patch = {
  isAdmin?: boolean
  endpointOverride?: string | null
  pollHoldS?: number | null
  pollEveryS?: number | null
}

/** As commander reads them. */
type EditOptions = AdminOptions & { pollHold?: number | 'network'; pollEvery?: number | 'network' }

/** What an admin knows better about a peer. */
export function peerEditCommands(peer: Command, context: Context): void {
  adminCommand(peer, 'admin', 'say whether a peer may administer the network')
    .argument('<peer>')
    .argument('<yes|no>')
    .action((name: string, word: string, options: AdminOptions) =>
      editPeer(context, { name, patch: { isAdmin: yesOrNo(word) } }, options),
    )
  adminCommand(peer, 'endpoint', 'set where a peer is reached, or unset it')
    .argument('<peer>')
    .argument('<host:port|none>', '0.0.0.0:port means that port of the address it is seen at')
    .action((name: string, endpoint: string, options: AdminOptions) =>
      editPeer(context, { name, patch: { endpointOverride: endpoint === 'none' ? null : endpoint } }, options),
    )
  adminCommand(peer, 'edit', 'say how a peer hears of changes, where it is not to be as its network says')
    .argument('<peer>')
    .option('--poll-hold <seconds|network>', 'how long its question is held open', numberOr('--poll-hold', 'network'))
    .option(
      '--poll-every <seconds|network>',
      'instead, it asks so often without waiting',
      numberOr('--poll-every', 'network'),
    )
    .action((name: string, options: EditOptions) => editPolling(context, name, options))
}

async function editPolling(context: Context, name: string, options: EditOptions): Promise<void> {
  const { pollHold, pollEvery } = options
  if (pollHold === undefined && pollEvery === undefined) {
    throw new Failure('usage', 'Say what is to be changed: --poll-hold or --poll-every.')
  }
  const patch = {
    ...(pollHold === undefined ? {} : { pollHoldS: pollHold === 'network' ? null : pollHold }),
    ...(pollEvery === undefined ? {} : { pollEveryS: pollEvery === 'network' ? null : pollEvery }),
  }
  await editPeer(context, { name, patch }, options)
}

async function editPeer(
  context: Context,
  { name, patch }: { name: string; patch: Patch },
  options: AdminOptions,
): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const peer = demandPeer(await admin.state(), name)
  const same = Object.entries(patch).every(([field, value]) => peer[field as keyof Patch] === value)
  if (same) return tell(context, options, { changed: false, sentence: `${name} is so already`, data: { peer } })
  const after = await admin.change('peer.edit', { peerId: peer.id, ...patch }, Row)
  tell(context, options, { changed: true, sentence: `${name} is changed`, data: { peer: after } })
}

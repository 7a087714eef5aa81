import { invitationState } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin } from '../admin/admin.ts'
import { demandPeer } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { table } from './table.ts'

/** `warren invitation …`: how invitations stand; `warren peer invite` makes them. */
export function invitationCommands(warren: Command, context: Context): void {
  const invitation = warren.command('invitation').description('look at invitations and revoke them, as an admin')
  adminCommand(invitation, 'list', 'all invitations, the latest last').action((options: AdminOptions) =>
    list(context, options),
  )
  adminCommand(invitation, 'revoke', 'end the open invitation of a peer')
    .argument('<peer>')
    .action((name: string, options: AdminOptions) => revoke(context, name, options))
}

async function list(context: Context, options: AdminOptions): Promise<void> {
  const state = await (await openAdmin(context, wayOf(options))).state()
  const nameOf = new Map(state.peers.map(({ id, name }) => [id, name]))
  const named = state.invitations.map((row) => ({
    ...row,
    peer: nameOf.get(row.peerId) ?? '',
    state: invitationState(row, new Date()),
  }))
  if (options.json) return context.print(`${JSON.stringify(named, null, 2)}\n`)
  const rows = named.map(({ peer, state: standing, expiresAt }) => [
    peer,
    standing,
    expiresAt.slice(0, 16).replace('T', ' '),
  ])
  context.print(table([['PEER', 'STATE', 'EXPIRES (UTC)'], ...rows]))
}

async function revoke(context: Context, name: string, options: AdminOptions): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const peer = demandPeer(state, name)
  const open = state.invitations.find((row) => row.peerId === peer.id && invitationState(row, new Date()) === 'open')
  if (!open) return tell(context, options, { changed: false, sentence: `${name} has no open invitation` })
  await admin.change('invitation.revoke', { invitationId: open.id }, z.unknown())
  tell(context, options, { changed: true, sentence: `the invitation of ${name} is revoked` })
}

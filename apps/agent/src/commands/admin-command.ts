import type { Command } from 'commander'
import type { Way } from '../admin/admin.ts'

/** What every admin command understands. */
export type AdminOptions = { network?: string; local: boolean; json: boolean }

/** A command that acts with an admin's rights: over the mesh with this node's, or with --local as root on the hub's host. */
export const adminCommand = (noun: Command, verb: string, description: string): Command =>
  noun
    .command(verb)
    .description(description)
    .option('--network <network>', 'which one, when there are several')
    .option('--local', "act as root on the hub's host, through the console's socket", false)
    .option('--json', 'for programs', false)

export const wayOf = ({ network, local }: AdminOptions): Way => ({ network, local })

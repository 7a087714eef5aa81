import { Command } from 'commander'
import { exits } from '../failure.ts'
import { version } from '../version.ts'
import { associationCommands } from './association.ts'
import { cidrCommands } from './cidr.ts'
import { completionCommand } from './completion.ts'
import type { Context } from './context.ts'
import { doctorCommand } from './doctor.ts'
import { downCommand } from './down.ts'
import { type HubCommandOptions, hubCommand } from './hub.ts'
import { invitationCommands } from './invitation.ts'
import { joinCommand } from './join.ts'
import { leaveCommand } from './leave.ts'
import { listCommand } from './list.ts'
import { manPage } from './man.ts'
import { namesCommand } from './names.ts'
import { outlineOf } from './outline.ts'
import { peerCommands } from './peer.ts'
import { serviceCommands } from './service.ts'
import { statusCommand } from './status.ts'
import { upCommand } from './up.ts'

const exitTable = `
Exit codes:
  0   done
${Object.values(exits)
  .map(({ code, meaning }) => `  ${String(code).padEnd(3)} ${meaning}`)
  .join('\n')}

Errors are one sentence on stderr; stdout carries data only.
With one network on this node, NETWORK may be left out.`

/** The command line. */
export function program(context: Context): Command {
  const warren = new Command('warren')
    .description('Joins this node to Warren networks and keeps it current.')
    .version(version)
    .addHelpText('after', exitTable)
    .configureOutput({ writeErr: (text) => context.say(text.replace(/^error: /, '').trimEnd()) })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exits.usage.code))
    .showHelpAfterError('(warren help shows what there is)')

  warren
    .command('join')
    .description('become a member of a network; run it again if anything interrupts it')
    .argument('<invitation>', 'a file, a token, or - to read either from stdin')
    .option('--no-hosts', "do not keep peers' names in the hosts file")
    .option('--service', 'then have systemd keep this node current, as warren service install does', false)
    .addHelpText(
      'after',
      '\nA token given as an argument shows in the process list while this runs; "-" keeps it out:\n  warren join - < invitation.toml',
    )
    .action(async (source: string, options: { hosts: boolean; service: boolean }) => {
      await joinCommand(context, source, options)
    })
  warren
    .command('up')
    .alias('fetch')
    .description('bring the tunnel up from the last view, and ask the console for a newer one')
    .argument('[network]')
    .option('--daemon', 'stay, and keep it current; tunnels outlive the daemon', false)
    .action(async (network: string | undefined, options: { daemon: boolean }) => {
      await upCommand(context, network, options)
    })
  warren
    .command('down')
    .description('take the tunnel down until the next up; ends the daemon')
    .argument('[network]')
    .action(async (network: string | undefined) => {
      await downCommand(context, network)
    })
  warren
    .command('leave')
    .alias('uninstall')
    .description('remove everything that join put on this node, keys included')
    .argument('[network]')
    .option('--yes', 'do not ask', false)
    .action(async (network: string | undefined, options: { yes: boolean }) => {
      await leaveCommand(context, network, options)
    })
  for (const add of [serviceCommands, peerCommands, cidrCommands, associationCommands, invitationCommands]) {
    add(warren, context)
  }
  return withReaders(warren, context)
}

/** The commands that change nothing, and the hub's. */
function withReaders(warren: Command, context: Context): Command {
  warren
    .command('status')
    .alias('show')
    .description('interface, hub, revision, and each peer with its path')
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { json: boolean }) => {
      await statusCommand(context, network, options)
    })
  warren
    .command('list')
    .description('who is visible from here')
    .argument('[network]')
    .option('--tree', 'as the tree of CIDRs', false)
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { tree: boolean; json: boolean }) => {
      await listCommand(context, network, options)
    })
  warren
    .command('doctor')
    .description('walk the chain from rule to wire, to the console or to a peer, and name the first broken link')
    .argument('[peer]')
    .option('--network <network>', 'which one, when there are several')
    .option('--json', 'for programs', false)
    .action(async (peer: string | undefined, options: { network?: string; json: boolean }) => {
      await doctorCommand(context, peer, options)
    })
  warren
    .command('completion')
    .description('print the completions of a shell')
    .argument('<bash|zsh|fish>')
    .action((shell: string) => completionCommand(context, outlineOf(warren), shell))
  warren
    .command('man')
    .description('print the man page; read it with: warren man | man -l -')
    .action(() => context.print(manPage(outlineOf(warren))))
  warren
    .command('names')
    .description('make the hosts file say what the last view says; a unit of systemd runs this')
    .argument('<network>')
    .action(async (network: string) => {
      await namesCommand(context, network)
    })
  warren
    .command('hub')
    .description("serve as the hub of a console's networks")
    .requiredOption('--socket <path>', "the coordinator's Unix socket")
    .option('--take-down', 'remove interfaces and rules at the end, instead of leaving the tunnels up', false)
    .option('--relay-ports <from-to>', 'UDP ports on which it relays peers, or off; WARREN_RELAY_PORTS says the same')
    .action(async (options: HubCommandOptions) => {
      await hubCommand(context, options)
    })
  return warren
}

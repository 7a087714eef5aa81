import { Command, Option } from 'commander'
import { exits } from '../failure.ts'
import { version } from '../version.ts'
import type { Context } from './context.ts'
import type { HubCommandOptions } from './hub.ts'
import type { JoinOptions } from './join.ts'
import { outlineOf } from './outline.ts'
import type { OverrideOptions } from './override-endpoint.ts'
import type { ListenPortOptions } from './set-listen-port.ts'

const exitTable = `
Exit codes:
  0   done
${Object.values(exits)
  .map(({ code, meaning }) => `  ${String(code).padEnd(3)} ${meaning}`)
  .join('\n')}

Errors are one sentence on stderr; stdout carries data only.
With one network on this node, NETWORK may be left out.`

/**
 * The command line. What a command needs is loaded when it runs: a daemon lives for months, and would hold all of it
 * (measured: 5 MB). The nouns, whose options stand beside what they do, are left out when `word` is another command.
 */
export async function program(context: Context, word?: string): Promise<Command> {
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
    .addOption(
      new Option(
        '--pin-keys <usual|strict>',
        "strict: a peer's other key needs warren trust, also where the console says that it was set up anew",
      ).choices(['usual', 'strict']),
    )
    .option('--json', 'for programs', false)
    .addHelpText(
      'after',
      '\nA token given as an argument shows in the process list while this runs; "-" keeps it out:\n  warren join - < invitation.toml',
    )
    .action(async (source: string, options: JoinOptions) => {
      const { joinCommand } = await import('./join.ts')
      await joinCommand(context, source, options)
    })
  warren
    .command('up')
    .alias('fetch')
    .description('bring the tunnel up from the last view, and ask the console for a newer one')
    .argument('[network]')
    .option('--daemon', 'stay, and keep it current; tunnels outlive the daemon', false)
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { daemon: boolean; json: boolean }) => {
      const { upCommand } = await import('./up.ts')
      await upCommand(context, network, options)
    })
  warren
    .command('down')
    .description('take the tunnel down until the next up; ends the daemon')
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { json: boolean }) => {
      const { downCommand } = await import('./down.ts')
      await downCommand(context, network, options)
    })
  warren
    .command('leave')
    .alias('uninstall')
    .description('remove everything that join put on this node, keys included')
    .argument('[network]')
    .option('--yes', 'do not ask; a network that this node is not in is left already', false)
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { yes: boolean; json: boolean }) => {
      const { leaveCommand } = await import('./leave.ts')
      await leaveCommand(context, network, options)
    })
  withEndpoints(warren, context)
  withKeys(warren, context)
  withReaders(warren, context)
  const isThere = warren.commands.some((command) => command.name() === word || command.aliases().includes(word ?? ''))
  if (!isThere) await addNouns(warren, context)
  return warren
}

async function addNouns(warren: Command, context: Context): Promise<void> {
  const { serviceCommands } = await import('./service.ts')
  const { networkCommands } = await import('./network.ts')
  const { peerCommands } = await import('./peer.ts')
  const { cidrCommands } = await import('./cidr.ts')
  const { associationCommands } = await import('./association.ts')
  const { invitationCommands } = await import('./invitation.ts')
  const admin = [networkCommands, peerCommands, cidrCommands, associationCommands, invitationCommands]
  for (const add of [serviceCommands, ...admin]) add(warren, context)
}

/** The commands about where this node is, and where it sends to. */
function withEndpoints(warren: Command, context: Context): void {
  warren
    .command('override-endpoint')
    .description('say where this node can be reached, or with --peer where this node tries another one first')
    .argument('[host:port]', '0.0.0.0:PORT means that port of the address that the hub sees')
    .option('--port <port>', 'the same as 0.0.0.0:PORT')
    .option('--peer <peer>', 'only here, for this one other peer')
    .option('--clear', 'take it back', false)
    .option('--network <network>', 'which one, when there are several')
    .option('--json', 'for programs', false)
    .action(async (endpoint: string | undefined, options: OverrideOptions) => {
      const { overrideEndpointCommand } = await import('./override-endpoint.ts')
      await overrideEndpointCommand(context, endpoint, options)
    })
  warren
    .command('set-listen-port')
    .description("give this node's WireGuard another UDP port; tunnels stay")
    .argument('[port]')
    .option('--random', 'any port that is free', false)
    .option('--network <network>', 'which one, when there are several')
    .option('--json', 'for programs', false)
    .action(async (port: string | undefined, options: ListenPortOptions) => {
      const { setListenPortCommand } = await import('./set-listen-port.ts')
      await setListenPortCommand(context, port, options)
    })
}

/** The commands about keys. */
function withKeys(warren: Command, context: Context): void {
  warren
    .command('rotate-key')
    .description('give this node a new key, signed by its present one; run it again if anything interrupts it')
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { json: boolean }) => {
      const { rotateKeyCommand } = await import('./rotate-key.ts')
      await rotateKeyCommand(context, network, options)
    })
  warren
    .command('trust')
    .description("take a peer's key that its former one did not sign, because it was set up anew")
    .argument('<peer>')
    .option('--network <network>', 'which one, when there are several')
    .option('--json', 'for programs', false)
    .action(async (peer: string, options: { network?: string; json: boolean }) => {
      const { trustCommand } = await import('./trust.ts')
      await trustCommand(context, peer, options)
    })
}

/** The commands that change nothing, and the hub's. */
function withReaders(warren: Command, context: Context): void {
  warren
    .command('status')
    .alias('show')
    .description('interface, hub, revision, and each peer with its path')
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { json: boolean }) => {
      const { statusCommand } = await import('./status.ts')
      await statusCommand(context, network, options)
    })
  warren
    .command('list')
    .description('who is visible from here')
    .argument('[network]')
    .option('--tree', 'as the tree of CIDRs', false)
    .option('--short', 'names and addresses alone', false)
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: { tree: boolean; short: boolean; json: boolean }) => {
      const { listCommand } = await import('./list.ts')
      await listCommand(context, network, options)
    })
  warren
    .command('doctor')
    .description('walk the chain from rule to wire, to the console or to a peer, and name the first broken link')
    .argument('[peer]')
    .option('--network <network>', 'which one, when there are several')
    .option('--json', 'for programs', false)
    .action(async (peer: string | undefined, options: { network?: string; json: boolean }) => {
      const { doctorCommand } = await import('./doctor.ts')
      await doctorCommand(context, peer, options)
    })
  warren
    .command('completion')
    .description('print the completions of a shell')
    .argument('<bash|zsh|fish>')
    .action(async (shell: string) => {
      const { completionCommand } = await import('./completion.ts')
      completionCommand(context, outlineOf(await program(context)), shell)
    })
  warren
    .command('man')
    .description('print the man page; read it with: warren man | man -l -')
    .action(async () => {
      const { manPage } = await import('./man.ts')
      context.print(manPage(outlineOf(await program(context))))
    })
  warren
    .command('names')
    .description('make the hosts file say what the last view says; a unit of systemd runs this')
    .argument('<network>')
    .action(async (network: string) => {
      const { namesCommand } = await import('./names.ts')
      await namesCommand(context, network)
    })
  warren
    .command('hub')
    .description("serve as the hub of a console's networks")
    .requiredOption('--socket <path>', "the coordinator's Unix socket")
    .option('--take-down', 'remove interfaces and rules at the end, instead of leaving the tunnels up', false)
    .option('--relay-ports <from-to>', 'UDP ports on which it relays peers, or off; WARREN_RELAY_PORTS says the same')
    .action(async (options: HubCommandOptions) => {
      const { hubCommand } = await import('./hub.ts')
      await hubCommand(context, options)
    })
}

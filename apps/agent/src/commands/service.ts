import type { Command } from 'commander'
import { Failure } from '../failure.ts'
import { demandSystemd, type Installed, install, type ServiceParts, uninstall } from '../service/install.ts'
import { manualOf, placeManual } from '../service/manual.ts'
import { systemPlaces } from '../service/places.ts'
import { placeProgram } from '../service/program-files.ts'
import { enabledNetworks, type UnitState, unitState } from '../service/systemd.ts'
import { embeddedUnits } from '../service/units.ts'
import { loadConfig, networksHere } from '../state/config.ts'
import { places } from '../state/places.ts'
import { lockHolder, underLock } from '../system/lock.ts'
import { demandRoot } from '../system/privilege.ts'
import type { Context } from './context.ts'
import { endDaemon } from './down.ts'
import { outlineOf } from './outline.ts'
import { table } from './table.ts'
import { whichJoined } from './which-network.ts'

type Options = { json: boolean }
type InstallOptions = Options & { restart: boolean; programOnly?: boolean }

/** `warren service …`. */
export function serviceCommands(warren: Command, context: Context): void {
  const service = warren.command('service').description('have systemd keep this node current')
  service
    .command('install')
    .description('put the program and its units in place, and start them, now and at boot; all networks or one')
    .argument('[network]')
    .option('--restart', 'restart agents that run already; their tunnels stay up', false)
    .option('--program-only', 'only put the program, its man page and completions in place, as a hub needs it', false)
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: InstallOptions) => {
      await installCommand(context, network, options)
    })
  service
    .command('uninstall')
    .description('end them for good; tunnels stay until warren down, keys until warren leave')
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: Options) => {
      await uninstallCommand(context, network, options)
    })
  service
    .command('status')
    .description("what systemd says of each network's agent")
    .argument('[network]')
    .option('--json', 'for programs', false)
    .action(async (network: string | undefined, options: Options) => {
      await statusCommand(context, network, options)
    })
}

async function partsOf(context: Context): Promise<ServiceParts> {
  const { program } = await import('./program.ts')
  return {
    run: context.tools.run,
    places: systemPlaces,
    units: embeddedUnits,
    running: { node: process.execPath, bundle: process.argv[1] ?? '' },
    manual: manualOf(outlineOf(await program(context))),
  }
}

/** Has systemd forget a network that this node leaves. @throws Failure */
export async function endService(context: Context, network: string): Promise<void> {
  const parts = await partsOf(context)
  if ((await enabledNetworks(parts.places)).includes(network)) await uninstall(parts, [network])
}

/** `warren service install`, for one network or for all that this node is in. @throws Failure */
export async function installCommand(
  context: Context,
  network: string | undefined,
  options: InstallOptions,
): Promise<void> {
  if (options.programOnly) {
    demandRoot('service install', 'puts units in place')
    const parts = await partsOf(context)
    const newProgram = await placeProgram(parts.places, parts.running)
    const changed = (await placeManual(parts.places, parts.manual)) || newProgram
    return show(context, [], { ...options, changed })
  }
  const { changed, states } = await installService(context, network, options)
  show(context, states, { ...options, changed })
}

/** Has systemd keep a network current, or all that this node is in. @throws Failure */
export async function installService(
  context: Context,
  network: string | undefined,
  { restart } = { restart: false },
): Promise<Installed> {
  demandRoot('service install', 'puts units in place')
  const parts = await partsOf(context)
  await demandSystemd(parts.places)
  const networks =
    network === undefined ? await joinedHere(context) : [(await whichJoined(context.env, network)).network.name]
  for (const name of networks) await makeWay(context, name)
  return install(parts, networks, { restart })
}

/** `warren service uninstall`. @throws Failure */
export async function uninstallCommand(context: Context, network: string | undefined, options: Options): Promise<void> {
  demandRoot('service uninstall', 'takes units away')
  const parts = await partsOf(context)
  await demandSystemd(parts.places)
  const changed = await uninstall(parts, network === undefined ? await enabledNetworks(parts.places) : [network])
  if (options.json) context.print(`${JSON.stringify({ changed })}\n`)
  else
    context.say(
      changed
        ? 'systemd has nothing to do with it any more; tunnels stay up until warren down'
        : 'nothing was installed',
    )
}

async function statusCommand(context: Context, network: string | undefined, options: Options): Promise<void> {
  await demandSystemd(systemPlaces)
  const names = network === undefined ? await enabledNetworks(systemPlaces) : [network]
  show(context, await Promise.all(names.map((name) => unitState(context.tools.run, name))), options)
}

function show(context: Context, states: readonly UnitState[], options: Options & { changed?: boolean }): void {
  const { json, changed } = options
  if (json) {
    context.print(`${JSON.stringify({ ...(changed === undefined ? {} : { changed }), services: states })}\n`)
    return
  }
  if (states.length === 0 && changed !== undefined) return
  if (states.length === 0) {
    context.print('systemd keeps no network current here (warren service install).\n')
    return
  }
  const rows = states.map(({ network, active, enabled, status }) => [
    network,
    active,
    enabled ? 'yes' : 'no',
    status ?? '–',
  ])
  context.print(table([['NETWORK', 'STATE', 'AT BOOT', 'AGENT'], ...rows]))
}

/** The networks that this node is a member of. @throws Failure (refused) when there are none */
async function joinedHere({ env }: Context): Promise<string[]> {
  const names = await networksHere(env)
  const configs = await Promise.all(names.map((name) => loadConfig(env, name)))
  const joined = names.filter((_, i) => configs[i]?.state === 'joined')
  if (joined.length > 0) return joined
  throw new Failure('refused', 'This node is in no network yet; join one with warren join INVITATION.')
}

/** Ends a daemon that somebody started by hand, so that the unit can take its place; the tunnel stays. */
async function makeWay(context: Context, network: string): Promise<void> {
  const running = await lockHolder(places(context.env, network).daemonLock)
  if (!running || (await unitState(context.tools.run, network)).pid === running.pid) return
  await underLock(places(context.env, network).lock, 2_000, () => endDaemon(context, network))
}

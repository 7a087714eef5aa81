import { NetworkRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { openAdmin } from '../admin/admin.ts'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { portOf } from './port.ts'
import { table } from './table.ts'
import { numberOf, numberOr, yesOrNo } from './typed.ts'

const Row = z.object(NetworkRow.shape)
type Network = z.infer<typeof Row>

/** The options of `edit`, and the fields that they are about. */
type Patch = Partial<
  Pick<
    Network,
    | 'endpoint'
    | 'listenPort'
    | 'invitationHours'
    | 'keepaliveS'
    | 'pollHoldS'
    | 'pollEveryS'
    | 'rotateDays'
    | 'relay'
    | 'dns'
  >
>

/** As commander reads them. */
type EditOptions = AdminOptions & {
  endpoint?: string
  listenPort?: number
  invitationHours?: number
  keepalive?: number
  pollHold?: number
  pollEvery?: number | 'none'
  rotateDays?: number | 'none'
  relay?: boolean
  dns?: boolean
}

/** `warren network …`: what counts for a network as a whole. */
export function networkCommands(warren: Command, context: Context): void {
  const network = warren.command('network').description('look at what counts for a whole network, as an admin')
  adminCommand(network, 'show', 'its settings').action((options: AdminOptions) => showNetwork(context, options))
  adminCommand(network, 'edit', 'change its settings; what is left out stays as it is')
    .option('--endpoint <host:port>', 'where nodes reach the hub from outside')
    .option('--listen-port <port>', 'the UDP port that the hub listens on', portOf)
    .option('--invitation-hours <hours>', 'how long an invitation can be used', numberOf('--invitation-hours'))
    .option('--keepalive <seconds>', 'between packets that keep mappings open; 0 sends none', numberOf('--keepalive'))
    .option('--poll-hold <seconds>', "how long an agent's question is held open", numberOf('--poll-hold'))
    .option(
      '--poll-every <seconds|none>',
      'instead, agents ask so often without waiting; none: they wait',
      numberOr('--poll-every', 'none'),
    )
    .option(
      '--rotate-days <days|none>',
      'after which an agent makes itself a new key',
      numberOr('--rotate-days', 'none'),
    )
    .option('--relay <yes|no>', 'whether the hub passes packets on for pairs without a direct path', yesOrNo)
    .option('--dns <yes|no>', 'whether the hub answers DNS for the names of peers', yesOrNo)
    .action((options: EditOptions) => editNetwork(context, options))
}

async function showNetwork(context: Context, options: AdminOptions): Promise<void> {
  const { network } = await (await openAdmin(context, wayOf(options))).state()
  if (options.json) context.print(`${JSON.stringify(network, null, 2)}\n`)
  else context.print(networkText(network))
}

async function editNetwork(context: Context, options: EditOptions): Promise<void> {
  const patch = patchOf(options)
  if (Object.keys(patch).length === 0) {
    throw new Failure('usage', 'Say what is to be changed; warren network edit --help shows what can be.')
  }
  const admin = await openAdmin(context, wayOf(options))
  const { network } = await admin.state()
  const same = Object.entries(patch).every(([field, value]) => network[field as keyof Patch] === value)
  const { name } = network
  if (same) return tell(context, options, { changed: false, sentence: `${name} is so already`, data: { network } })
  const after = await admin.change('network.edit', patch, Row)
  tell(context, options, { changed: true, sentence: `${name} is changed`, data: { network: after } })
}

/** What was given, by the names that the console knows. */
function patchOf(options: EditOptions): Patch {
  const { endpoint, listenPort, invitationHours, keepalive, pollHold, pollEvery, rotateDays, relay, dns } = options
  const all = {
    endpoint,
    listenPort,
    invitationHours,
    keepaliveS: keepalive,
    pollHoldS: pollHold,
    pollEveryS: pollEvery === 'none' ? null : pollEvery,
    rotateDays: rotateDays === 'none' ? null : rotateDays,
    relay,
    dns,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

function networkText(network: Network): string {
  const { endpointBefore, listenPortBefore } = network
  const before = (was: string | number | null): string => (was === null ? '' : `, before ${was}`)
  return table([
    ['network', network.name],
    ['endpoint', `${network.endpoint}${before(endpointBefore)}`],
    ['listen port', `${network.listenPort}${before(listenPortBefore)}`],
    ['invitations', `live ${network.invitationHours} h`],
    ['keepalive', network.keepaliveS === 0 ? 'none' : `every ${network.keepaliveS} s`],
    [
      'polls',
      network.pollEveryS === null ? `held for up to ${network.pollHoldS} s` : `every ${network.pollEveryS} s, not held`,
    ],
    ['keys', network.rotateDays === null ? 'live as long as their peers' : `live ${network.rotateDays} days`],
    ['relay', network.relay ? 'yes' : 'no'],
    ['DNS', network.dns ? 'yes' : 'no'],
  ])
}

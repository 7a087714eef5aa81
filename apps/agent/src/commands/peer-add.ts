import { handoutOf, JoinFacts, PeerRow } from '@warren/protocol'
import type { Command } from 'commander'
import * as z from 'zod'
import { addressesOf, askedFor, isSeatedAt } from '../admin/addresses.ts'
import { type Admin, openAdmin } from '../admin/admin.ts'
import { type Cidr, demandCidr, demandPeer, type Peer, peerOf } from '../admin/find.ts'
import { tell } from '../admin/told.ts'
import { Failure } from '../failure.ts'
import { writeAtomically } from '../system/files.ts'
import { newPrivateKey, publicKeyOf } from '../wireguard/keys.ts'
import { type AdminOptions, adminCommand, wayOf } from './admin-command.ts'
import type { Context } from './context.ts'
import { portOf } from './port.ts'

const Row = z.object(PeerRow.shape)
const Invited = z.object({ peer: Row, join: JoinFacts })

type AddOptions = AdminOptions & {
  cidr: string
  address?: string
  address6?: string
  device: boolean
  admin: boolean
  listenPort?: number
  save?: string
}

/** `warren peer add` and `warren peer invite`: what hands out invitations. */
export function peerAddCommands(peer: Command, context: Context): void {
  adminCommand(peer, 'add', 'add a peer and hand out its invitation')
    .argument('<name>')
    .requiredOption('--cidr <cidr>', 'where it sits: a name or a prefix')
    .option('--address <address>', 'one of the CIDR; left out: the next free one')
    .option('--address6 <address>', 'the same for its IPv6 address beside an IPv4 one')
    .option('--device', 'a phone or router without the agent: hands out a wg-quick configuration', false)
    .option('--admin', 'it may administer the network', false)
    .option('--listen-port <port>', 'the UDP port that it listens on', portOf)
    .option('--save <file>', 'where the invitation goes, readable for you alone; left out: stdout')
    .action((name: string, options: AddOptions) => addPeer(context, name, options))
  adminCommand(peer, 'invite', 'invite a peer again: its earlier invitations and its key end')
    .argument('<peer>')
    .option('--save <file>', 'where the invitation goes; left out: stdout')
    .action((name: string, options: AdminOptions & { save?: string }) => invitePeer(context, name, options))
}

async function addPeer(context: Context, name: string, options: AddOptions): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const state = await admin.state()
  const cidr = demandCidr(state, options.cidr)
  const there = peerOf(state, name)
  if (there) return addAgain(context, { admin, there, cidr }, options)
  const privateKey = newPrivateKey()
  const kind = options.device ? 'device' : 'agent'
  const { peer, join } = await admin.change(
    'peer.create',
    {
      cidrId: cidr.id,
      name,
      kind,
      publicKey: publicKeyOf(privateKey),
      isAdmin: options.admin,
      ...askedFor(options),
      ...(options.listenPort === undefined ? {} : { listenPort: options.listenPort }),
    },
    Invited,
  )
  await handOut(context, { peer, file: handoutOf(kind, join, privateKey).file }, options)
}

/** A peer of this name is there: what was asked for is so, is made so (admin rights), or is refused. */
async function addAgain(
  context: Context,
  { admin, there, cidr }: { admin: Admin; there: Peer; cidr: Cidr },
  options: AddOptions,
): Promise<void> {
  const { name } = there
  const difference = differenceOf(there, cidr, options)
  if (difference !== null) throw new Failure('refused', `There is a peer ${name} already, but ${difference}.`)
  const hint = 'warren peer invite makes a new invitation'
  // Left out, --admin takes nothing away: somebody may have given those rights since.
  if (!options.admin || there.isAdmin) {
    const sentence = `${name} is in ${cidr.name} already; ${hint}`
    return tell(context, options, { changed: false, sentence, data: { peer: there } })
  }
  const peer = await admin.change('peer.edit', { peerId: there.id, isAdmin: true }, Row)
  tell(context, options, { changed: true, sentence: `${name} is an admin peer now; ${hint}`, data: { peer } })
}

/** What about a peer is not as asked for, and what would change it; null when all of it is. */
function differenceOf(there: Peer, cidr: Cidr, options: AddOptions): string | null {
  const { name, kind, listenPort } = there
  const moves = `warren peer move ${name} ${cidr.name} moves it`
  if (there.cidrId !== cidr.id) return `not in ${cidr.name}; ${moves}`
  if (!isSeatedAt(there, options)) return `at ${addressesOf(there)}; ${moves} with --address`
  if (options.device !== (kind === 'device')) return `it is ${words[kind]}, which no peer stops being`
  if (options.listenPort === undefined || options.listenPort === listenPort) return null
  const port = listenPort === null ? 'it listens on a port of its own choice' : `it listens on port ${listenPort}`
  return `${port}; warren set-listen-port on that node gives it another one`
}

const words = { agent: 'a node with the agent', device: 'a device', hub: 'the hub' } as const

async function invitePeer(context: Context, name: string, options: AdminOptions & { save?: string }): Promise<void> {
  const admin = await openAdmin(context, wayOf(options))
  const { id, kind } = demandPeer(await admin.state(), name)
  const privateKey = newPrivateKey()
  const input = { peerId: id, temporaryKey: publicKeyOf(privateKey) }
  const { peer, join } = await admin.change('invitation.create', input, Invited)
  await handOut(
    context,
    { peer, file: handoutOf(kind === 'device' ? 'device' : 'agent', join, privateKey).file },
    options,
  )
}

type Handed = { peer: z.infer<typeof Row>; file: string }

/** The invitation holds a private key: stdout, or a file that only its owner can read. */
async function handOut(
  context: Context,
  { peer, file }: Handed,
  options: AdminOptions & { save?: string },
): Promise<void> {
  const sentence = `${peer.name} gets ${addressesOf(peer)}`
  if (options.save !== undefined) {
    await writeAtomically(options.save, file)
    return tell(context, options, { changed: true, sentence: `${sentence}; see ${options.save}`, data: { peer } })
  }
  if (options.json) return tell(context, options, { changed: true, sentence, data: { peer, invitation: file } })
  context.print(file)
  context.say(sentence)
}

import { Admin } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { joinAll, type Member } from '../lab/member.ts'
import { bringUp, hubAddresses, type Stack } from '../lab/stack.ts'
import { innerGateway, lanHost, natGateway, publicHost } from '../lab/topology.ts'

/** The hub's name: whoever has IPv6 alone finds it by that too. */
const HUB_NAME = 'hub.example'

/** Where the hosts of the lab look names up. */
export const knowHub = (host: Host, addresses: readonly string[] = hubAddresses): Promise<unknown> =>
  host.sh(
    `grep -v ' ${HUB_NAME}$' /etc/hosts > /etc/hosts.new || :
     printf '%s ${HUB_NAME}\\n' ${addresses.join(' ')} >> /etc/hosts.new; mv /etc/hosts.new /etc/hosts`,
  )

/** A network of nodes in all kinds of places. */
export type NatTown = {
  readonly stack: Stack
  readonly admin: Admin
  readonly hub: Pick<Member, 'name' | 'host'>
  readonly members: readonly Member[]
  member(name: string): Member
  address(name: string): string
  /** Where `name` sends packets for `peer`; null when it does not know. */
  endpoint(name: string, peer: string): Promise<string | null>
  close(): Promise<void>
}

/** What is where: a host for each name, given the lab and its internet. */
export type Places = (
  stack: Pick<Stack, 'lab' | 'internet'>,
) => Promise<Readonly<Record<string, { host: Host; cidr: string }>>>

/** @param cidrs names and prefixes, inside the root 10.42.0.0/16 */
export async function natTown(cidrs: Readonly<Record<string, string>>, places: Places): Promise<NatTown> {
  const stack = await bringUp({ hubName: HUB_NAME })
  try {
    const admin = new Admin(stack)
    for (const [name, prefix] of Object.entries(cidrs)) await admin.addCidr(name, prefix)
    const who = Object.entries(await places(stack)).map(([name, place]) => ({ name, ...place }))
    await Promise.all(who.map(({ host }) => knowHub(host)))
    const members = await joinAll(admin, who)
    const { peers } = await admin.snapshot()
    return {
      stack,
      admin,
      hub: { name: 'hub', host: stack.hub },
      members,
      ...lookUp(members, peers),
      close: stack.close,
    }
  } catch (error) {
    await stack.close()
    throw error
  }
}

type Known = { name: string; address: string; publicKey: string | null }

function lookUp(members: readonly Member[], peers: readonly Known[]): Pick<NatTown, 'member' | 'address' | 'endpoint'> {
  const named = <T extends { name: string }>(all: readonly T[], name: string): T => {
    const found = all.find((one) => one.name === name)
    if (!found) throw new Error(`nobody is ${name}`)
    return found
  }
  return {
    member: (name) => named(members, name),
    address: (name) => named(peers, name).address,
    async endpoint(name, peer) {
      const text = await named(members, name).host.must('wg', ['show', 'acme', 'endpoints'])
      const key = named(peers, peer).publicKey ?? ''
      const line = text.split('\n').find((one) => one.startsWith(key))
      const at = line?.split('\t')[1] ?? '(none)'
      return at === '(none)' ? null : at
    },
  }
}

/** Ten nodes: public, behind gateways of every kind, with one family of addresses. */
export const everywhere: Places = async ({ lab, internet }) => {
  const gate = (name: string, i: number, kind: 'cone' | 'symmetric') => natGateway(lab, internet, { name, i, kind })
  const [home, office, hotel, train, carrier] = await Promise.all([
    gate('home-gate', 201, 'cone'),
    gate('office-gate', 202, 'cone'),
    gate('hotel-gate', 203, 'symmetric'),
    gate('train-gate', 204, 'symmetric'),
    gate('carrier-gate', 205, 'cone'),
  ])
  const cabin = await innerGateway(lab, carrier, { name: 'cabin-gate', lan: 205, i: 206, kind: 'cone' })
  const out = (name: string, i: number, only?: 'IPv4 only' | 'IPv6 only') =>
    publicHost(lab, internet, { name, i, ...(only ? { only } : {}) })
  const [server, vault, four, six] = await Promise.all([
    out('server', 21),
    out('vault', 22),
    out('four', 23, 'IPv4 only'),
    out('six', 24, 'IPv6 only'),
  ])
  const behind = (gateway: Host, name: string, lan: number, i: number) => lanHost(lab, gateway, { name, lan, i })
  return {
    server: { host: server, cidr: 'humans' },
    vault: { host: vault, cidr: 'humans' },
    four: { host: four, cidr: 'humans' },
    six: { host: six, cidr: 'humans' },
    home: { host: await behind(home, 'home', 201, 10), cidr: 'humans' },
    desk: { host: await behind(office, 'desk', 202, 10), cidr: 'humans' },
    printer: { host: await behind(office, 'printer', 202, 11), cidr: 'humans' },
    hotel: { host: await behind(hotel, 'hotel', 203, 10), cidr: 'humans' },
    train: { host: await behind(train, 'train', 204, 10), cidr: 'guests' },
    cabin: { host: await behind(cabin, 'cabin', 206, 10), cidr: 'humans' },
  }
}

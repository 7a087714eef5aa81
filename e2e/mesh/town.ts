import { Admin } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { joinAll, type Member } from '../lab/member.ts'
import { bringUp, type Stack } from '../lab/stack.ts'
import { publicHost } from '../lab/topology.ts'

/** A stack with an address plan, and hosts that come as tests need them. */
export type Town = {
  readonly stack: Stack
  readonly admin: Admin
  /** The hub, as somebody who pings and is pinged. */
  readonly hub: Pick<Member, 'name' | 'host'>
  /** A host of its own public address, which knows nothing of Warren yet. */
  host(name: string): Promise<Host>
  /** Hosts that join at the same time: the peers' names and their CIDRs. */
  join(who: Readonly<Record<string, string>>): Promise<Member[]>
  close(): Promise<void>
}

/** The hub has number 10; gateways take theirs from 200 up. */
const FIRST = 20

/** @param cidrs names and prefixes, inside the root 10.42.0.0/16 */
export async function town(cidrs: Readonly<Record<string, string>>): Promise<Town> {
  const stack = await bringUp()
  const admin = new Admin(stack)
  let next = FIRST
  const host = (name: string): Promise<Host> => {
    next += 1
    return publicHost(stack.lab, stack.internet, { name, i: next })
  }
  try {
    for (const [name, prefix] of Object.entries(cidrs)) await admin.addCidr(name, prefix)
  } catch (error) {
    await stack.close()
    throw error
  }
  return {
    stack,
    admin,
    hub: { name: 'hub', host: stack.hub },
    host,
    async join(who) {
      const hosts = Object.entries(who).map(async ([name, cidr]) => ({ host: await host(name), name, cidr }))
      return joinAll(admin, await Promise.all(hosts))
    },
    close: () => stack.close(),
  }
}

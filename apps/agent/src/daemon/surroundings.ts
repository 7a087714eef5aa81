import { networkInterfaces } from 'node:os'
import { type OwnAddress, ownCandidates } from '../plan/candidates.ts'
import type { Now } from '../plan/paths.ts'

/** The addresses of this machine's interfaces that are up. Interfaces of `tunnels` are left out. */
export function ownAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([device, addresses = []]) =>
    addresses.map(({ address, internal }) => ({ device, address, internal })),
  )
}

/** What the daemon looks at every second without starting a process. */
export type Glance = {
  /** The machine slept since the last glance, or its addresses are others now: every path is doubtful. */
  readonly disturbed: boolean
  /** The tunnel's interface is up with an address. */
  readonly present: boolean
  readonly candidates: readonly string[]
}

/** Chosen: a busy machine may let a second take longer; a sleep takes much longer. */
const SLEPT_S = 10

/** Watches what is around a tunnel: own addresses, sleep, and whether its interface is there. */
export function surroundings(device: string, port: number) {
  let before: { now: Now; addresses: string } | null = null
  return (now: Now, root: string, own = ownAddresses()): Glance => {
    const outside = own.filter((address) => address.device !== device)
    const candidates = ownCandidates(outside, port, [root])
    const addresses = candidates.join()
    const disturbed = before !== null && (slept(before.now, now) || before.addresses !== addresses)
    before = { now, addresses }
    return { disturbed, present: own.some((address) => address.device === device), candidates }
  }
}

/** The monotonic clock stands still while the machine sleeps, the other one does not. */
const slept = (before: Now, now: Now): boolean =>
  now.unixS - before.unixS - (now.monotonicMs - before.monotonicMs) / 1000 > SLEPT_S

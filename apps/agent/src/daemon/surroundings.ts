import { access } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { type OwnAddress, ownCandidates } from '../plan/candidates.ts'
import type { Now } from '../plan/paths.ts'

/** The addresses of this machine's interfaces that are up. */
export function ownAddresses(): OwnAddress[] {
  return Object.entries(networkInterfaces()).flatMap(([device, addresses = []]) =>
    addresses.map(({ address, internal }) => ({ device, address, internal })),
  )
}

/** Whether a network interface of this name exists, asked without a process. */
export const interfaceThere = (device: string): Promise<boolean> =>
  access(`/sys/class/net/${device}`).then(
    () => true,
    () => false,
  )

/** What the daemon sees at a glance. */
export type Glance = {
  /** The machine slept since the last glance, or its addresses are others now: every path is doubtful. */
  readonly disturbed: boolean
  /** The tunnel's interface was there, and is not any more. */
  readonly vanished: boolean
  readonly candidates: readonly string[]
}

/** What there is to see. `own` may be left out: asking for all addresses every second would be most of an idle daemon's work. */
export type Scene = { readonly there: boolean; readonly own?: readonly OwnAddress[]; readonly roots: readonly string[] }

/** Chosen: a busy machine may let a second take longer; a sleep takes much longer. */
const SLEPT_S = 10

/** Watches what is around a tunnel: own addresses, sleep, and whether its interface is there. */
export function surroundings(device: string, port: number) {
  let before: { now: Now; there: boolean; candidates: readonly string[] | null } | null = null
  return (now: Now, scene: Scene): Glance => {
    const known = before?.candidates ?? null
    const candidates = scene.own ? neighbourly(scene.own, scene.roots) : known
    const asleep = before !== null && slept(before.now, now)
    const moved = known !== null && known.join() !== candidates?.join()
    const vanished = before?.there === true && !scene.there
    before = { now, there: scene.there, candidates }
    return { disturbed: asleep || moved, vanished, candidates: candidates ?? [] }
  }

  function neighbourly(own: readonly OwnAddress[], roots: readonly string[]): string[] {
    const outside = own.filter((address) => address.device !== device)
    return ownCandidates(outside, port, roots)
  }
}

/** The monotonic clock stands still while the machine sleeps, the other one does not. */
const slept = (before: Now, now: Now): boolean =>
  now.unixS - before.unixS - (now.monotonicMs - before.monotonicMs) / 1000 > SLEPT_S

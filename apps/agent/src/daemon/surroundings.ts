import { existsSync, readFileSync } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { type Bounds, type OwnAddress, ownCandidates } from '../plan/candidates.ts'
import type { Now } from '../plan/path-state.ts'

/** What Linux tells of interfaces without a process. */
export type Interfaces = {
  /** By name, their addresses; those that are up. */
  readonly all: typeof networkInterfaces
  /** The hardware type, a number of ARPHRD_*; null when it cannot be read. */
  readonly type: (device: string) => string | null
  /** Whether a piece of hardware is behind it. */
  readonly isHardware: (device: string) => boolean
}

const linuxInterfaces: Interfaces = {
  all: networkInterfaces,
  type: (device) => {
    try {
      return readFileSync(`/sys/class/net/${device}/type`, 'utf8').trim()
    } catch {
      return null
    }
  },
  isHardware: (device) => existsSync(`/sys/class/net/${device}/device`),
}

/** ARPHRD_NONE (linux/if_arp.h): WireGuard and tun have it, and so do mobile modems, which are hardware. */
const NO_LINK_LAYER = '65534'

/** The addresses of this machine's interfaces that are up. */
export function ownAddresses({ all, type, isHardware }: Interfaces = linuxInterfaces): OwnAddress[] {
  return Object.entries(all()).flatMap(([device, addresses = []]) => {
    const tunnel = type(device) === NO_LINK_LAYER && !isHardware(device)
    return addresses.map(({ address, internal }) => ({ device, address, internal, tunnel }))
  })
}

/** Whether a network interface of this name exists, asked without a process. */
export const interfaceThere = (device: string): Promise<boolean> =>
  access(`/sys/class/net/${device}`).then(
    () => true,
    () => false,
  )

/** Packets that an interface has carried. */
export type Traffic = { readonly rx: number; readonly tx: number }

/** What a network interface of this name has carried, asked without a process; null when there is none. */
export async function trafficOf(device: string): Promise<Traffic | null> {
  const read = async (what: string) => Number(await readFile(`/sys/class/net/${device}/statistics/${what}`, 'utf8'))
  try {
    const [rx, tx] = await Promise.all([read('rx_packets'), read('tx_packets')])
    return { rx, tx }
  } catch {
    return null
  }
}

/** What the daemon sees at a glance. */
export type Glance = {
  /** The machine slept since the last glance, or its addresses are others now: every path is doubtful. */
  readonly disturbed: boolean
  /** The tunnel's interface was there, and is not any more. */
  readonly vanished: boolean
  /** Something was sent through the tunnels, and for seconds nothing came: worth a look, or already a sign. */
  readonly quiet: boolean
  readonly hushed: boolean
  /** People send something: more than what keeps the line to the console. */
  readonly busy: boolean
  readonly candidates: readonly string[]
}

/** What there is to see. `traffic`: null when the interface is not there. */
export type Scene = {
  readonly traffic: Traffic | null
  readonly own: readonly OwnAddress[]
  readonly bounds: Bounds
  /** This node's WireGuard port. */
  readonly port: number
}

/**
 * Chosen: how long nothing may come after something was sent, a glance or two. While a question is held the kernel asks
 * every second whether the console is still there (http-fetch.ts), so as long as the hub answers something does come.
 */
const QUIET_MS = 900
const HUSHED_MS = 1_900

/** Chosen: a busy machine may let a second take longer; a sleep takes much longer. */
const SLEPT_S = 10

/** Chosen: questions to the console and the kernel's own packets to it are fewer than these in a glance. */
const IDLE_PACKETS = 10

/** Watches what is around a tunnel: own addresses, sleep, whether its interface is there, and whether anything comes. */
export function surroundings(device: string) {
  let before: { now: Now; traffic: Traffic | null; candidates: readonly string[] } | null = null
  /** What had been sent when something came last, and since when more has been sent. */
  let heard: { tx: number; askedMs: number | null } = { tx: 0, askedMs: null }
  return (now: Now, { traffic, own, bounds, port }: Scene): Glance => {
    const candidates = ownCandidates(
      own.filter((address) => address.device !== device),
      port,
      bounds,
    )
    const asleep = before !== null && slept(before.now, now)
    const moved = before !== null && before.candidates.join() !== candidates.join()
    const vanished = before !== null && before.traffic !== null && traffic === null
    const tx = traffic?.tx ?? 0
    if (traffic === null || traffic.rx !== before?.traffic?.rx) heard = { tx, askedMs: null }
    if (heard.askedMs === null && tx > heard.tx) heard = { ...heard, askedMs: now.monotonicMs }
    const busy = tx - (before?.traffic?.tx ?? tx) > IDLE_PACKETS
    const silentMs = heard.askedMs === null ? 0 : now.monotonicMs - heard.askedMs
    before = { now, traffic, candidates }
    return {
      disturbed: asleep || moved,
      vanished,
      quiet: silentMs >= QUIET_MS,
      hushed: silentMs >= HUSHED_MS,
      busy,
      candidates,
    }
  }
}

/** The monotonic clock stands still while the machine sleeps, the other one does not. */
const slept = (before: Now, now: Now): boolean =>
  now.unixS - before.unixS - (now.monotonicMs - before.monotonicMs) / 1000 > SLEPT_S

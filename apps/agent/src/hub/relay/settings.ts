import { Failure } from '../../failure.ts'

/** UDP ports from `first` to `last`, both included. */
export type PortRange = { readonly first: number; readonly last: number }

/** What whoever runs the hub allows relays. */
export type RelaySettings = {
  /** Null: nothing is passed on. */
  readonly ports: PortRange | null
  /** Bytes per second that one pair may send, and all pairs together; both directions count. */
  readonly pairRate: number
  readonly totalRate: number
  /** Whether the kernel may pass packets on. */
  readonly kernel: boolean
}

/** As texts, from the environment or the command line; what is left out or empty has its default. */
export type RelayTexts = {
  readonly ports?: string | undefined
  readonly pairMbit?: string | undefined
  readonly totalMbit?: string | undefined
  readonly kernel?: string | undefined
}

/** Two ports a pair: 100 pairs. */
const PORTS = '52000-52199'
/** Mbit/s. Chosen: a video call takes 5, and a relay must not eat the line that the hub itself needs. */
const PAIR_MBIT = 50
const TOTAL_MBIT = 400

/** @throws Failure (usage) that names the setting */
export function relaySettings(texts: RelayTexts): RelaySettings {
  const kernel = texts.kernel || 'on'
  if (kernel !== 'on' && kernel !== 'off') throw wrong('WARREN_RELAY_KERNEL', kernel, 'on or off')
  return {
    ports: portRange(texts.ports || PORTS),
    pairRate: bytesPerSecond('WARREN_RELAY_MBIT', texts.pairMbit, PAIR_MBIT),
    totalRate: bytesPerSecond('WARREN_RELAY_TOTAL_MBIT', texts.totalMbit, TOTAL_MBIT),
    kernel: kernel === 'on',
  }
}

/** The range as `relaySettings` reads it. */
export const formatRange = ({ first, last }: PortRange): string => `${first}-${last}`

function portRange(text: string): PortRange | null {
  if (text === 'off') return null
  const [first = 0, last = 0] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).slice(1).map(Number)
  if (first < 1 || last > 65_535 || last <= first) {
    throw wrong('WARREN_RELAY_PORTS', text, `a range such as ${PORTS}, or off`)
  }
  return { first, last }
}

function bytesPerSecond(name: string, text: string | undefined, usual: number): number {
  const mbit = text ? Number(text) : usual
  // Below, not even one full packet would fit into what may come at once.
  if (!(mbit >= 1 && mbit <= 100_000)) throw wrong(name, text ?? '', 'a number of Mbit/s from 1 to 100000')
  return (mbit * 1_000_000) / 8
}

const wrong = (name: string, text: string, meant: string): Failure =>
  new Failure('usage', `${name} is "${text}"; it has to be ${meant}.`, name)

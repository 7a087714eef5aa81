/** NARROW NO-BREAK SPACE: groups digits without being read as a decimal sign in any country (ISO 80000-1, 7.3.1). */
const THIN = '\u202f'

/** `65 536`. Takes bigints too: an IPv6 prefix has more addresses than a number can count. */
export const count = (value: number | bigint): string => {
  if (value >= 1_000_000_000_000) return `${Number(value).toExponential(1).replace('e+', ' × 10^')}`
  return value.toString().replace(/\B(?=(\d{3})+$)/g, THIN)
}

/** `1 peer`, `2 peers`. */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

/** Bytes with a decimal unit: `214 kB`. */
export function bytes(value: number): string {
  const step = value < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(value) / 3))
  const scaled = value / 1000 ** step
  const digits = step === 0 || scaled >= 100 ? 0 : 1
  return `${scaled.toFixed(digits)} ${UNITS[step]}`
}

/** `41 %`; says `< 1 %` and `> 99 %` instead of rounding to nothing or everything. `share` from 0 to 1. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '< 1 %'
  if (share < 1 && share > 0.99) return '> 99 %'
  return `${Math.round(share * 100)} %`
}

/** A difference with its sign, the minus a real one: `+12`, `−3`, `+0`. */
export const signed = (value: number, sign: '+' | '−'): string => `${sign}${count(value)}`

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const steps = [
  [365 * DAY, 'y'],
  [DAY, 'd'],
  [HOUR, 'h'],
  [MINUTE, 'min'],
  [SECOND, 's'],
] as const

/** A duration in its largest unit, rounded down: `8 s`, `3 min`, `2 d`. */
export function span(ms: number): string {
  const [size, unit] = steps.find(([step]) => ms >= step) ?? [SECOND, 's']
  return `${Math.floor(ms / size)} ${unit}`
}

/** The end of a long text, after an ellipsis: what tells an IPv6 address or prefix from its neighbours. */
export const endOf = (text: string, room: number): string =>
  text.length > room + 2 ? `…${text.slice(1 - room)}` : text

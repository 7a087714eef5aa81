/** Bytes received and sent in each span of `stepS` seconds from `from` on (ISO 8601); null where nothing was told. */
export type Series = {
  readonly stepS: number
  readonly from: string
  readonly rx: readonly (number | null)[]
  readonly tx: readonly (number | null)[]
}

/** How high a chart reaches to both sides, and the largest rates rounded up to what can be read; bytes a second. */
export type Scale = {
  readonly rx: number
  readonly tx: number
  readonly levels: { readonly rx: number; readonly tx: number }
}

/** The chart's own units: one step is one wide, the whole is this high. */
export const HEIGHT = 100

/** The smaller side keeps this share of the height, so that it can be seen at all. */
const LEAST_SHARE = 0.22

/** 1, 2 or 5 times a power of ten, at or above the value; 1 for nothing at all. */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power
}

/** How high the chart has to reach to both sides. Both are drawn to one scale. */
export function scaleOf({ rx, tx, stepS }: Series): Scale {
  const most = (values: readonly (number | null)[]) =>
    niceCeiling(values.reduce<number>((top, value) => Math.max(top, value ?? 0), 0) / stepS)
  const [up, down] = [most(rx), most(tx)]
  const least = (Math.max(up, down) * LEAST_SHARE) / (1 - LEAST_SHARE)
  return { rx: Math.max(up, least), tx: Math.max(down, least), levels: { rx: up, tx: down } }
}

/** Where the line between received and sent is, from the top. */
export const baseline = ({ rx, tx }: Scale): number => (rx / (rx + tx)) * HEIGHT

/** Where a rate is, from the top. */
export const heightOf = (scale: Scale, side: 'rx' | 'tx', perS: number): number =>
  baseline(scale) + ((side === 'rx' ? -1 : 1) * perS * HEIGHT) / (scale.rx + scale.tx)

/** The outlines of one side, one for each stretch that was told without a gap: received upwards, sent downwards. */
export function outlines(series: Series, side: 'rx' | 'tx', scale: Scale): string[] {
  const zero = baseline(scale)
  const y = (value: number) => heightOf(scale, side, value / series.stepS).toFixed(2)
  return stretches(series[side]).map(({ from, values }) => {
    const steps = values.map((value, nth) => `L${from + nth},${y(value)}L${from + nth + 1},${y(value)}`)
    return `M${from},${zero.toFixed(2)}${steps.join('')}L${from + values.length},${zero.toFixed(2)}Z`
  })
}

/** The runs of values without a gap, and where each begins. */
export function stretches(values: readonly (number | null)[]): { from: number; values: number[] }[] {
  const runs: { from: number; values: number[] }[] = []
  values.forEach((value, at) => {
    if (value === null) return
    const last = runs.at(-1)
    if (last && last.from + last.values.length === at) last.values.push(value)
    else runs.push({ from: at, values: [value] })
  })
  return runs
}

/** One line of the table: bytes over some spans, from its beginning on; null where nothing was told. */
export type Row = { readonly at: string; readonly rx: number | null; readonly tx: number | null }

/** The series as a table of coarser spans, the newest first. */
export function rowsOf({ stepS, from, rx, tx }: Series, everyS: number): Row[] {
  const start = Date.parse(from)
  const rows = new Map<number, { rx: number | null; tx: number | null }>()
  rx.forEach((received, nth) => {
    const sent = tx[nth] ?? null
    const span = Math.floor((start / 1000 + nth * stepS) / everyS) * everyS
    const row = rows.get(span) ?? { rx: null, tx: null }
    rows.set(span, { rx: added(row.rx, received), tx: added(row.tx, sent) })
  })
  return [...rows].map(([span, row]) => ({ at: new Date(span * 1000).toISOString(), ...row })).reverse()
}

const added = (sum: number | null, value: number | null): number | null => (value === null ? sum : (sum ?? 0) + value)

/** Bytes of one side over everything that was told. */
export const totalOf = (values: readonly (number | null)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? 0), 0)

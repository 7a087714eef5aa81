/** One measured figure, printed as a row: what, how much, and what it is held against. */
export type Figure = { what: string; measured: string; aim?: string }

/** The middle value; of an even count the upper middle one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The smallest value that `share` (0..1) of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Milliseconds with as many digits as mean something. */
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

/** Prints a titled table to stdout, columns padded. */
export function printTable(title: string, figures: readonly Figure[]): void {
  const width = Math.max(...figures.map((f) => f.what.length))
  const middle = Math.max(...figures.map((f) => f.measured.length))
  console.log(`\n${title}`)
  for (const f of figures)
    console.log(`  ${f.what.padEnd(width)}  ${f.measured.padStart(middle)}  ${f.aim ?? ''}`.trimEnd())
}

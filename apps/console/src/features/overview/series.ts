/** Bytes per step of `stepS` seconds since `from` (ISO 8601); null where nobody told. */
export type Series = {
  readonly stepS: number
  readonly from: string
  readonly rx: readonly (number | null)[]
  readonly tx: readonly (number | null)[]
}

/** Bytes per second in a step, received and sent together; null where nobody told. */
export function rateAt({ rx, tx, stepS }: Series, at: number): number | null {
  const [received, sent] = [rx[at] ?? null, tx[at] ?? null]
  return received === null && sent === null ? null : ((received ?? 0) + (sent ?? 0)) / stepS
}

/** The step that carried most, in bytes per second; null where nobody told of any. */
export function highestIn(series: Series): { at: number; perS: number } | null {
  let highest: { at: number; perS: number } | null = null
  for (let at = 0; at < series.rx.length; at += 1) {
    const perS = rateAt(series, at)
    if (perS !== null && perS > (highest?.perS ?? -1)) highest = { at, perS }
  }
  return highest
}

import type { Span } from './tree.ts'

/** The same positions as sorted spans that neither overlap nor touch. */
export function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = out.at(-1)
    if (last && span.from <= last.to) out[out.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else out.push(span)
  }
  return out
}

/** `spans` without one position. */
export const without = (spans: readonly Span[], position: number): Span[] =>
  spans.flatMap((span) =>
    position < span.from || position >= span.to
      ? [span]
      : [
          { from: span.from, to: position },
          { from: position + 1, to: span.to },
        ].filter(({ from, to }) => from < to),
  )

/** Whether one of the joined spans covers the position; binary search. */
export function covered(spans: readonly Span[], position: number): boolean {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const span = spans[middle]
    if (span && span.to <= position) low = middle + 1
    else high = middle
  }
  const span = spans[low]
  return span !== undefined && span.from <= position
}

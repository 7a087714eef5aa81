/** Things that happened on one day, as the reader's clock counts days. */
export type Day<T> = { readonly key: string; readonly title: string; readonly items: readonly T[] }

/** Groups things by local day, in the order given. `nowMs`: what is today, in milliseconds. */
export function byDay<T extends { readonly at: string }>(items: readonly T[], nowMs: number): Day<T>[] {
  const days: { key: string; title: string; items: T[] }[] = []
  for (const item of items) {
    const key = dayOf(new Date(item.at))
    const last = days.at(-1)
    if (last?.key === key) last.items.push(item)
    else days.push({ key, title: titleOf(new Date(item.at), nowMs), items: [item] })
  }
  return days
}

const dayOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`

function titleOf(date: Date, nowMs: number): string {
  const now = new Date(nowMs)
  // The day before has not always begun 24 hours earlier: clocks are put forward and back.
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  if (dayOf(date) === dayOf(now)) return 'Today'
  if (dayOf(date) === dayOf(yesterday)) return 'Yesterday'
  const year = date.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  return date.toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long', ...year })
}

import { noRows, type RowKind, type Rows } from '@warren/protocol'
import type { RowOf } from './rows.ts'

type Touched = { before: RowOf[RowKind] | null; after: RowOf[RowKind] | null }

/** Collects which rows a transaction touched, merged to what a reader of the log needs: first before, last after. */
export type Recorder = {
  /** Notes that a row became `after` (null: it is gone); `before` is null for a row just made. */
  touch<K extends RowKind>(kind: K, before: RowOf[K] | null, after: RowOf[K] | null): void
  /** What was touched in all, or null when nothing is different: made and removed, or changed back. */
  rows(): { before: Rows; after: Rows } | null
}

export function recorder(): Recorder {
  const touched = new Map<string, Touched & { kind: RowKind }>()
  return {
    touch(kind, before, after) {
      const id = (before ?? after)?.id
      const key = `${kind}:${id}`
      const known = touched.get(key)
      touched.set(key, { kind, before: known ? known.before : before, after })
    },
    rows() {
      const before = noRows()
      const after = noRows()
      for (const entry of touched.values()) {
        if (same(entry.before, entry.after)) continue
        if (entry.before) put(before, entry.kind, entry.before)
        if (entry.after) put(after, entry.kind, entry.after)
      }
      return isEmpty(before) && isEmpty(after) ? null : { before, after }
    },
  }
}

/** The converters write fields in one order, so equal rows have equal texts. */
const same = (a: RowOf[RowKind] | null, b: RowOf[RowKind] | null) => JSON.stringify(a) === JSON.stringify(b)

/** The map's keys pair each row with its kind, which the compiler cannot follow. */
const put = (rows: Rows, kind: RowKind, row: RowOf[RowKind]) => (rows[kind] as RowOf[RowKind][]).push(row)

const isEmpty = (rows: Rows) => Object.values(rows).every((list) => list.length === 0)

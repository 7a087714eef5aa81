/**
 * Remembers what `make` makes of an object for as long as the object lives. Rows that did not change are the same
 * objects from answer to answer (store.ts), so what was derived from them is found again instead of made again.
 */
export function weakly<K extends object, V>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, { value: V }>()
  return (of) => {
    const known = made.get(of)
    if (known) return known.value
    const value = make(of)
    made.set(of, { value })
    return value
  }
}

/**
 * The same for each row of a list in ascending order of ids, from one list to the next: ten thousand entries that are
 * held weakly cost more than what they save. Only the last list is remembered.
 */
export function eachRow<R extends { readonly id: number }, V>(make: (row: R) => V): (rows: readonly R[]) => V[] {
  let last: { rows: readonly R[]; values: readonly V[] } = { rows: [], values: [] }
  return (rows) => {
    let at = 0
    const values = rows.map((row) => {
      while ((last.rows[at]?.id ?? row.id) < row.id) at += 1
      // The same row has the same place in both lists, so its value is there.
      return last.rows[at] === row ? (last.values[at] as V) : make(row)
    })
    last = { rows, values }
    return values
  }
}

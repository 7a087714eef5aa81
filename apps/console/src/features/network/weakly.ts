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

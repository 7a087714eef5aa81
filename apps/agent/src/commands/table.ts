/** Rows as columns of text, two spaces apart; the last column is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, [...cell].length)
    })
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === row.length - 1 ? cell : cell + ' '.repeat((widths[at] ?? 0) - [...cell].length)))
      .join('  ')
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('')
}

/** Bytes as a person reads them: `0 B`, `1.5 KiB`, `12 MiB`. */
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = count < 1 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), units.length - 1)
  const value = count / 1024 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.floor(value)} ${units[power]}`
}

/** Seconds as a person reads them: `12 s`, `3 min`, `5 h`, `2 d`. */
export function ago(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 120) return `${whole} s ago`
  if (whole < 7_200) return `${Math.floor(whole / 60)} min ago`
  return whole < 172_800 ? `${Math.floor(whole / 3_600)} h ago` : `${Math.floor(whole / 86_400)} d ago`
}

/** A peer's name, with a mark on hubs that are not called so. */
export const titleOf = (peer: { readonly name: string; readonly hub?: boolean | undefined }): string =>
  peer.hub && peer.name !== 'hub' ? `${peer.name} (hub)` : peer.name

/** Lets the browser save a text, or bytes, as a file. */
export function download(fileName: string, content: string | Uint8Array<ArrayBuffer>): void {
  const type = typeof content === 'string' ? 'text/plain' : 'application/octet-stream'
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The click has begun the download; the content may hold a key and should not stay reachable.
  URL.revokeObjectURL(url)
}

/** Lets the browser save a text as a file. */
export function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The click has begun the download; the text holds a key and should not stay reachable.
  URL.revokeObjectURL(url)
}

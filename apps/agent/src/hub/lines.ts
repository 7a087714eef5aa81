/** Chosen: all peers of a network of 50,000 fit; a writer that never ends its line does not fill the memory. */
const LONGEST = 16 * 1024 * 1024

/** Cuts a stream of text into lines; keeps the unfinished one for later. */
export class LineSplitter {
  #parts: string[] = []
  #length = 0

  /** The lines that `text` completes. @throws Error when a line is longer than anything that is meant */
  push(text: string): string[] {
    const pieces = text.split('\n')
    const rest = pieces.pop() ?? ''
    const lines = pieces.map((piece, at) => (at === 0 ? this.#parts.join('') + piece : piece))
    if (pieces.length > 0) {
      this.#parts = []
      this.#length = 0
    }
    this.#parts.push(rest)
    this.#length += rest.length
    if (this.#length > LONGEST) throw new Error('a line without an end')
    return lines.filter((line) => line !== '')
  }
}

import { StringDecoder } from 'node:string_decoder'

/**
 * Cuts a stream of bytes into lines, whatever chunks it comes in. Empty lines are passed over.
 * @throws RangeError when a line grows beyond `maxBytes`: whoever sends that does not speak our language
 */
export class Lines {
  readonly #decoder = new StringDecoder('utf8')
  readonly #maxBytes: number
  #rest = ''

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that `chunk` completes. */
  push(chunk: Buffer): string[] {
    const parts = (this.#rest + this.#decoder.write(chunk)).split('\n')
    this.#rest = parts.pop() ?? ''
    if (this.#rest.length > this.#maxBytes) throw new RangeError(`a line of more than ${this.#maxBytes} bytes`)
    return parts.filter((line) => line.trim() !== '')
  }
}

/** A file to be packed. `folder` and `name` are at most 155 and 100 bytes. */
export type Packed = { readonly folder: string; readonly name: string; readonly text: string }

/** Of a tar archive, in bytes. */
const BLOCK = 512

/** Readable by its owner only: what is packed here holds private keys. */
const MODE = '0000600'

/** An archive as tar(1) reads it (POSIX.1-1988, "ustar"). `atS`: the time of its files, in Unix seconds. */
export function tarOf(files: readonly Packed[], atS: number): Uint8Array<ArrayBuffer> {
  const parts = files.map((file) => ({ file, content: new TextEncoder().encode(file.text) }))
  // Two empty blocks are the end.
  const size = parts.reduce((sum, { content }) => sum + BLOCK + padded(content.length), 2 * BLOCK)
  const archive = new Uint8Array(size)
  let at = 0
  for (const { file, content } of parts) {
    archive.set(headerOf(file, content.length, atS), at)
    archive.set(content, at + BLOCK)
    at += BLOCK + padded(content.length)
  }
  return archive
}

const padded = (length: number): number => Math.ceil(length / BLOCK) * BLOCK

function headerOf({ folder, name }: Packed, length: number, atS: number): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const put = (text: string, at: number) => header.set(new TextEncoder().encode(text), at)
  put(name, 0)
  put(MODE, 100)
  put(octal(0, 7), 108)
  put(octal(0, 7), 116)
  put(octal(length, 11), 124)
  put(octal(atS, 11), 136)
  // The sum is taken with spaces in its own place.
  put(' '.repeat(8), 148)
  put('0', 156)
  put('ustar\u000000', 257)
  put(folder, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  put(`${octal(sum, 6)}\u0000 `, 148)
  return header
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0')

import { hostName } from '@warren/protocol'

/** One name of the network. */
export type HostEntry = { readonly address: string; readonly name: string }

const begin = (network: string): string => `# BEGIN warren ${network} (made by warren; changes in here are lost)`
const end = (network: string): string => `# END warren ${network}`

/**
 * A hosts file's text with this network's block holding `entries`, or without the block when there are none. Every
 * other line stays as it is, byte for byte; a block keeps its place.
 */
export function withBlock(text: string, network: string, entries: readonly HostEntry[]): string {
  const lines = text.split('\n')
  const { start, stop } = blockIn(lines, network)
  const block =
    entries.length === 0
      ? []
      : [begin(network), ...entries.map((entry) => `${entry.address}\t${entry.name}`), end(network)]
  if (start >= 0) return [...lines.slice(0, start), ...block, ...lines.slice(stop)].join('\n')
  if (block.length === 0) return text
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${before}${block.join('\n')}\n`
}

/**
 * Where the block stands, `start` of -1 meaning nowhere. A block whose end somebody cut off reaches as far as its lines
 * look like ours: the file may hold others' lines below.
 */
function blockIn(lines: readonly string[], network: string): { start: number; stop: number } {
  const start = lines.findIndex((line) => line.startsWith(`# BEGIN warren ${network} `))
  if (start < 0) return { start, stop: start }
  for (let at = start + 1; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    if (line.trimEnd() === end(network)) return { start, stop: at + 1 }
    if (!line.trimEnd().endsWith(hostName('', network))) return { start, stop: at }
  }
  return { start, stop: lines.length }
}

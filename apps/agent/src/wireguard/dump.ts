import { no, ok, type Result } from '@warren/cidr'
import { AddressText, formatEndpoint, PublicKey, parseEndpoint } from '@warren/protocol'

/** A peer as the device has it. */
export type LivePeer = {
  readonly key: PublicKey
  /** `ip:port` where packets go; null while none is known. */
  readonly endpoint: string | null
  /** Prefixes as text, in the device's order. */
  readonly allowedIps: readonly string[]
  /** Unix seconds; 0 = never. */
  readonly handshakeAt: number
  /** Bytes since the peer was added. */
  readonly rx: number
  readonly tx: number
  /** Seconds; 0 = off. */
  readonly keepalive: number
}

/** A WireGuard interface as `wg show <name> dump` describes it, without its private key. */
export type LiveDevice = {
  /** Null before it has a key. */
  readonly publicKey: PublicKey | null
  readonly listenPort: number
  readonly peers: readonly LivePeer[]
}

/** Which line (1 = the interface) could not be read, and why. The text itself is left out: it may hold a key. */
export type DumpProblem = { readonly line: number; readonly what: string }

/** Reads the tab-separated dump of wg(8) `show`; `(none)` and `off` are its words for nothing. */
export function parseDump(text: string): Result<LiveDevice, DumpProblem> {
  const [head = '', ...lines] = text.split('\n')
  const end = lines.pop()
  if (end !== '') return no({ line: end === undefined ? 1 : lines.length + 2, what: 'it is cut short' })
  const [, publicKey = '', port = '', , ...rest] = head.split('\t')
  if (rest.length > 0 || !isCount(port)) return no({ line: 1, what: 'not an interface' })
  const key = publicKey === '(none)' ? null : PublicKey.safeParse(publicKey)
  if (key?.success === false) return no({ line: 1, what: 'no public key' })

  const peers: LivePeer[] = []
  for (const [index, line] of lines.entries()) {
    const peer = parsePeer(line)
    if (!peer.ok) return no({ line: index + 2, what: peer.problem })
    peers.push(peer.value)
  }
  return ok({ publicKey: key?.data ?? null, listenPort: Number(port), peers })
}

/** The problem as one sentence. */
export const explainDump = (problem: DumpProblem): string =>
  `The answer of wg show could not be read in line ${problem.line}: ${problem.what}.`

function parsePeer(line: string): Result<LivePeer, string> {
  const [keyText = '', , endpointText = '', allowed = '', handshake = '', rx = '', tx = '', keepalive = '', ...rest] =
    line.split('\t')
  if (rest.length > 0 || keepalive === '') return no('not 8 fields')
  const key = PublicKey.safeParse(keyText)
  if (!key.success) return no('no public key')
  if (endpointText !== '(none)' && !endpointForm.test(endpointText)) return no('not an endpoint')
  const allowedIps = parseAllowed(allowed)
  if (!allowedIps) return no('not allowed IPs')
  if (![handshake, rx, tx].every(isCount)) return no('not a number')
  if (keepalive !== 'off' && !isCount(keepalive)) return no('not a keepalive')
  return ok({
    key: key.data,
    endpoint: endpointText === '(none)' ? null : canonical(endpointText),
    allowedIps,
    handshakeAt: Number(handshake),
    rx: Number(rx),
    tx: Number(tx),
    keepalive: keepalive === 'off' ? 0 : Number(keepalive),
  })
}

/** What getnameinfo(3) prints, which may carry a zone (`[fe80::1%eth0]:51820`) that no endpoint of ours has. */
const endpointForm = /^(\[[0-9a-f:.]+(%[\w.-]+)?\]|[\d.]+):\d{1,5}$/i

const canonical = (text: string): string => {
  const endpoint = parseEndpoint(text)
  return endpoint ? formatEndpoint(endpoint) : text
}

/** Canonical spelling, so that it compares as text with what we want; null when one is no prefix. */
function parseAllowed(text: string): string[] | null {
  if (text === '(none)') return []
  const prefixes = text.split(',').map((part) => {
    const [address = '', width = '', ...rest] = part.split('/')
    const parsed = AddressText.safeParse(address)
    return parsed.success && isCount(width) && rest.length === 0 ? `${parsed.data}/${width}` : null
  })
  return prefixes.every((prefix) => prefix !== null) ? prefixes : null
}

const isCount = (text: string): boolean => /^\d{1,20}$/.test(text)

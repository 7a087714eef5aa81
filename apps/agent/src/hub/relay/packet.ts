/** WireGuard's four kinds of packets (whitepaper, section 5.4). */
export type PacketKind = 'initiation' | 'response' | 'cookie' | 'data'

/** Bytes of a packet of each kind; `data` has at least its header and an empty, authenticated payload. */
const LENGTHS = { initiation: 148, response: 92, cookie: 64, data: 32 } as const

const KINDS = [null, 'initiation', 'response', 'cookie', 'data'] as const

/** What a UDP payload is to WireGuard; null for what cannot be one of its packets. */
export function kindOf(packet: Uint8Array): PacketKind | null {
  if (packet[1] !== 0 || packet[2] !== 0 || packet[3] !== 0) return null
  const kind = KINDS[packet[0] ?? 0] ?? null
  if (kind === null) return null
  const fits = kind === 'data' ? packet.length >= LENGTHS.data : packet.length === LENGTHS[kind]
  return fits ? kind : null
}

/** The number by which the sender of an initiation or a response wants to be answered. */
export const senderIndex = (packet: Buffer): number => packet.readUInt32LE(4)

/** The number that a response or a cookie answers. */
export const answeredIndex = (packet: Buffer, kind: 'response' | 'cookie'): number =>
  packet.readUInt32LE(kind === 'response' ? 8 : 4)

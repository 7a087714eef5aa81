import { hostName, zoneOf } from '@warren/protocol'
import type { Answer, Packet, Question } from 'dns-packet'
import { AUTHORITATIVE_ANSWER, RECURSION_DESIRED } from 'dns-packet'
import type { Named, Zone } from './zone.ts'

/** Response codes (RFC 1035, section 4.1.1). */
const NO_SUCH_NAME = 3
const NOT_IMPLEMENTED = 4
const REFUSED = 5

/** Chosen, in seconds: a name may mean another address with the next change, and to ask again costs a millisecond. */
const TTL_S = 5

/**
 * What a question about a network's names is answered with (RFC 1034, section 4.3.1: without recursion). `zone`: what the
 * asker may know; null for somebody who takes no part. A name that the asker may not know does not exist for it. What lies
 * outside the network is refused, so that a resolver asks elsewhere.
 */
export function answerTo(query: Packet, zone: Zone | null): Packet {
  const [question, ...more] = query.questions ?? []
  const head = { type: 'response', id: query.id ?? 0, questions: query.questions ?? [] } as const
  const asked = (query.flags ?? 0) & RECURSION_DESIRED
  const plain = (code: number): Packet => ({ ...head, flags: asked | code })
  if (!question || more.length > 0 || opcodeOf(query) !== 0) return plain(NOT_IMPLEMENTED)
  const told = zone && tellOf(question, zone)
  if (!told || !zone) return plain(REFUSED)
  const flags = asked | AUTHORITATIVE_ANSWER | (told.exists ? 0 : NO_SUCH_NAME)
  // Whoever hears that there is nothing learns from the zone's own record for how long (RFC 2308, section 3).
  const authorities = told.answers.length === 0 ? [authorityOf(zone)] : []
  return { ...head, flags, answers: told.answers, authorities }
}

/** 0 asks; the others are for servers among themselves (RFC 1035, section 4.1.1). */
const opcodeOf = ({ flags = 0 }: Packet): number => (flags >> 11) & 0xf

type Told = { readonly exists: boolean; readonly answers: Answer[] }
const nothing = (exists: boolean): Told => ({ exists, answers: [] })

/** Null for a name that is not of this network. */
function tellOf({ name, type }: Question, zone: Zone): Told | null {
  const asked = name.toLowerCase().replace(/\.$/, '')
  const suffix = `.${zoneOf(zone.network)}`
  if (`.${asked}` === suffix) {
    return type === 'SOA' ? { exists: true, answers: [authorityOf(zone)] } : nothing(true)
  }
  if (asked.endsWith(suffix)) {
    const peer = zone.named(asked.slice(0, -suffix.length))
    return peer ? { exists: true, answers: addressesOf(peer, { name, type }) } : nothing(false)
  }
  const address = reversed(asked)
  const peer = address === null ? null : zone.at(address)
  if (!peer) return null
  const data = hostName(peer.name, zone.network)
  const answers: Answer[] = type === 'PTR' ? [{ type: 'PTR', name, ttl: TTL_S, data }] : []
  return { exists: true, answers }
}

function addressesOf(peer: Named, { name, type }: Pick<Question, 'name' | 'type'>): Answer[] {
  return peer.addresses.flatMap((data): Answer[] => {
    const kind = data.includes(':') ? 'AAAA' : 'A'
    return type === kind ? [{ type: kind, name, ttl: TTL_S, data }] : []
  })
}

function authorityOf({ network }: Zone): Answer {
  const name = zoneOf(network)
  const times = { serial: 1, refresh: 3600, retry: 600, expire: 86_400, minimum: TTL_S }
  return {
    type: 'SOA',
    name,
    ttl: TTL_S,
    data: { mname: hostName('hub', network), rname: `hostmaster.${name}`, ...times },
  }
}

/** The address that a name for looking up an address stands for (RFC 1035, section 3.5; RFC 3596, section 2.5), or null. */
function reversed(name: string): string | null {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.in-addr\.arpa$/.exec(name)
  if (four) return four.slice(1).reverse().join('.')
  const six = /^((?:[0-9a-f]\.){32})ip6\.arpa$/.exec(name)?.[1]
  const digits = six?.replaceAll('.', '').split('').reverse().join('')
  return digits === undefined ? null : (digits.match(/.{4}/g)?.join(':') ?? null)
}

import { PublicKey } from '@warren/protocol'
import { expect, test } from 'vitest'
import { hasMac1, mac1Key } from '../src/hub/relay/mac1.ts'
import { kindOf } from '../src/hub/relay/packet.ts'
import { key } from './cast.ts'
import { handshake } from './relay-packets.ts'

/** What wireguard-go 0.0.20220316 sent, and the public keys of both sides. */
const INITIATOR = PublicKey.parse('FYNxFG2SmSmElPLRxLU2/BKGl5he7usaufnmsbjPEXM=')
const RESPONDER = PublicKey.parse('ejTdiYm7rfV4nptmX9q++XxWSDQDAoAIwQZdmAkv5Fg=')
const INITIATION = Buffer.from(
  '010000005687f0691035b4cec2d83bee5574c257efacb055157d7ba2c1da251db378b4929164f85b103c68dd9ebc7e383afaecd4' +
    '9467c32be595b183adc2e1e45933050cb81f3f1f99e293fa4c176542089ab6404ab7885241481858f708a7fe815f435a44b9e152' +
    'd9880098e871eac816a66828e176d0b1c2ac94c32ccf30c39caef9ee00000000000000000000000000000000',
  'hex',
)
const RESPONSE = Buffer.from(
  '020000002eaded175687f069364b32116f5ab72d40f743f292e85c3cd07d395e47b3541216af8ce8932fdf3030d85ef40efb43b3' +
    '3f0a0f107d9358fcc1c76698cb171719772f5da809d7602f00000000000000000000000000000000',
  'hex',
)

test('a real initiation is for its responder, a real response for its initiator, and for nobody else', () => {
  expect([kindOf(INITIATION), kindOf(RESPONSE)]).toEqual(['initiation', 'response'])
  const [initiator, responder] = [mac1Key(INITIATOR), mac1Key(RESPONDER)]
  expect([hasMac1(INITIATION, responder), hasMac1(INITIATION, initiator)]).toEqual([true, false])
  expect([hasMac1(RESPONSE, initiator), hasMac1(RESPONSE, responder)]).toEqual([true, false])
})

test('every byte before mac1, and of it, counts', () => {
  const packet = handshake('response', { to: key('ana'), index: 1, answers: 2 })
  const own = mac1Key(key('ana'))
  expect(hasMac1(packet, own)).toBe(true)
  for (let at = 0; at < packet.length - 16; at += 1) {
    const bent = Buffer.from(packet)
    bent.writeUInt8(bent.readUInt8(at) ^ 1, at)
    expect(hasMac1(bent, own), `byte ${at}`).toBe(false)
  }
})

test.each<[string, Buffer]>([
  ['an empty packet', Buffer.alloc(0)],
  ['a byte', Buffer.from([4])],
  ['text', Buffer.from('GET / HTTP/1.1\r\n'.repeat(4))],
  ['a kind that is none', Buffer.concat([Buffer.from([5, 0, 0, 0]), Buffer.alloc(60)])],
  ['an initiation that is too long', Buffer.concat([INITIATION, Buffer.alloc(1)])],
  ['data without its tag', Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.alloc(27)])],
])('%s is no packet of WireGuard', (_what, packet) => {
  expect(kindOf(packet)).toBe(null)
})

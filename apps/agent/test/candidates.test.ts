import { expect, test } from 'vitest'
import { namesIn, ownCandidates, usableCandidates } from '../src/plan/candidates.ts'

const own = (device: string, address: string, { internal = false, tunnel = false } = {}) => ({
  device,
  address,
  internal,
  tunnel,
})

test('own candidates are addresses that a neighbour can reach, IPv4 first, with the WireGuard port', () => {
  const addresses = [
    own('lo', '127.0.0.1', { internal: true }),
    own('eth0', '2001:db8::7'),
    own('eth0', '192.168.1.7'),
    own('eth0', 'fe80::1'),
    own('wlan0', '169.254.3.4'),
    own('docker0', '172.17.0.1'),
    own('br-0123456789ab', '172.18.0.1'),
    own('wg-other', '10.8.0.2'),
    own('tailscale0', '100.64.1.1'),
    own('zt7nnig26j', '10.147.17.3'),
    own('podman0', '10.88.0.1'),
    own('vboxnet0', '192.168.56.1'),
    own('vmnet8', '192.168.99.1'),
    own('office', '10.77.0.2', { tunnel: true }),
    own('vmbr0', '10.0.0.7'),
    own('eth1', '10.42.9.9'),
  ]
  expect(ownCandidates(addresses, 40001, { inside: ['10.42.0.0/16'] })).toEqual([
    '192.168.1.7:40001',
    '10.0.0.7:40001',
    '[2001:db8::7]:40001',
  ])
})

test('there are never more than the protocol takes', () => {
  const many = Array.from({ length: 40 }, (_, i) => own('eth0', `192.168.1.${i}`))
  expect(ownCandidates(many, 1, { inside: [] })).toHaveLength(10)
})

test('what cannot be meant is not sent to: the network itself, multicast, nobody', () => {
  const at = [
    '10.42.1.1:1',
    '224.0.0.1:1',
    '0.0.0.0:1',
    '[fe80::1]:1',
    '[::]:1',
    '[fd42::9]:1',
    '203.0.113.7:1',
    '203.0.113.7:1',
  ]
  expect(usableCandidates(at, () => [], { inside: ['10.42.0.0/16', 'fd42::/48'] })).toEqual(['203.0.113.7:1'])
})

test('what a person keeps out is neither told nor tried', () => {
  const filter = { only: ['203.0.113.0/24', '192.168.0.0/16'], except: ['192.168.7.0/24'] }
  const addresses = [own('eth0', '192.168.1.7'), own('eth1', '192.168.7.7'), own('eth2', '10.0.0.7')]
  expect(ownCandidates(addresses, 1, { inside: [], filter })).toEqual(['192.168.1.7:1'])
  const at = ['203.0.113.7:1', '192.168.7.9:1', '198.51.100.7:1', '[2001:db8::1]:1']
  expect(usableCandidates(at, () => [], { inside: [], filter })).toEqual(['203.0.113.7:1'])
  expect(usableCandidates(at, () => [], { inside: [], filter: { except: ['203.0.113.7/32'] } })).toHaveLength(3)
})

test('a name stands for what it resolves to, in its place', () => {
  const at = ['203.0.113.7:1', 'vpn.example.org:2', '203.0.113.8:1']
  const resolve = (host: string) => (host === 'vpn.example.org' ? ['198.51.100.1', '2001:db8::1'] : [])
  expect(usableCandidates(at, resolve, { inside: ['10.42.0.0/16'] })).toEqual([
    '203.0.113.7:1',
    '198.51.100.1:2',
    '[2001:db8::1]:2',
    '203.0.113.8:1',
  ])
  expect(namesIn(at)).toEqual(['vpn.example.org'])
})

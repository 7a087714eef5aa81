import { expect, test } from 'vitest'
import { ensureDevice, readDevice, removeDevice } from '../src/wireguard/device.ts'
import { key, privateKey, secretOf } from './cast.ts'
import { fakeSystem } from './fake-system.ts'
import { temporaryDirectory } from './temporary.ts'

const SPEC = { name: 'acme', privateKey: privateKey('ana'), addresses: ['10.42.1.7/16'], listenPort: 40001 }

async function machine(broken: (call: string) => boolean = () => false) {
  const system = fakeSystem({ secretOf, broken })
  return { ...system, use: system.tools(await temporaryDirectory()) }
}

test('an interface is made from nothing', async () => {
  const { use, read, devices } = await machine()
  const { made } = await ensureDevice(use, SPEC)
  expect(made).toBe(true)
  expect(read().replaceAll(use.scratch, '/run')).toBe(`wg show acme dump
ip link show dev acme
ip link add dev acme type wireguard
wireguard-go acme
ip -j addr show dev acme
wg set acme private-key /run/secret
ip link set mtu 1420 up dev acme
ip addr add 10.42.1.7/16 dev acme
wg set acme listen-port 40001
wg show acme dump`)
  expect(devices.get('acme')).toMatchObject({ publicKey: key('ana'), port: 40001, up: true, mtu: 1420 })
})

test('an interface that is as it should be is only looked at', async () => {
  const { use, read } = await machine()
  await ensureDevice(use, SPEC)
  read()
  const { made } = await ensureDevice(use, SPEC)
  expect(made).toBe(false)
  expect(read()).toBe('wg show acme dump\nip -j addr show dev acme')
})

test('another address replaces the old one, which goes first', async () => {
  const { use, read } = await machine()
  await ensureDevice(use, SPEC)
  read()
  await ensureDevice(use, { ...SPEC, addresses: ['10.42.2.9/16'] })
  expect(read()).toContain('ip addr del 10.42.1.7/16 dev acme\nip addr add 10.42.2.9/16 dev acme')
})

test('no key is ever an argument', async () => {
  const { use, read } = await machine()
  await ensureDevice(use, SPEC)
  expect(read()).not.toContain(SPEC.privateKey)
})

test('an address that the machine cannot have is done without only where that was allowed', async () => {
  const noIpv6 = (call: string) => call.includes('fd77')
  const first = await machine(noIpv6)
  await ensureDevice(first.use, { ...SPEC, optional: ['fd77::1/64'] })
  expect(first.devices.get('acme')?.addresses).toEqual(['10.42.1.7/16'])
  const second = await machine(noIpv6)
  await expect(ensureDevice(second.use, { ...SPEC, addresses: ['fd77::1/64'] })).rejects.toThrow(/ip addr add/)
})

test('a port that another program has is named', async () => {
  const { use } = await machine((call) => call.includes('listen-port'))
  await expect(ensureDevice(use, SPEC)).rejects.toThrow(
    /UDP port 40001 cannot be opened for acme: another program has it/,
  )
})

test('an interface of that name which is not WireGuard’s is left alone', async () => {
  const { use, devices, read } = await machine((call) => call.startsWith('wg show'))
  await use.launch('bridge', ['acme'])
  await expect(ensureDevice(use, SPEC)).rejects.toThrow(/already is an interface acme/)
  expect(read()).not.toContain('wireguard-go')
  expect(devices.has('acme')).toBe(true)
})

test('removing an interface that is not there is no fault', async () => {
  const { use, read } = await machine()
  await removeDevice(use.run, 'acme')
  expect(read()).toBe('ip link show dev acme')
  expect(await readDevice(use.run, 'acme')).toBe(null)
})

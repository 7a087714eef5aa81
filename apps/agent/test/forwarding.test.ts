import { expect, test } from 'vitest'
import { allowForwarding, type Switches } from '../src/wireguard/forwarding.ts'

/** A kernel with these settings; `fixed` ones cannot be written. */
function kernel(settings: Record<string, string>, fixed: readonly string[] = []): Switches {
  return {
    read: async (setting) => settings[setting] ?? Promise.reject(new Error('there is no such file')),
    write: async (setting, value) => {
      if (settings[setting] === undefined || fixed.includes(setting)) throw new Error('it cannot be written')
      settings[setting] = value
    },
  }
}
const V4 = ['10.42.3.1', '10.42.1.7'] as const
const V6 = ['fd42::1', 'fd42::7'] as const
const IPV4 = 'ipv4/conf/acme/forwarding'
const IPV6 = 'ipv6/conf/acme/force_forwarding'
const ALL = 'ipv6/conf/all/forwarding'

test('what is needed is switched on for this device alone', async () => {
  const settings = { [IPV4]: '0', [IPV6]: '0', [ALL]: '0' }
  expect(await allowForwarding('acme', [V4], kernel(settings))).toBe(null)
  expect(settings).toEqual({ [IPV4]: '1', [IPV6]: '0', [ALL]: '0' })
  expect(await allowForwarding('acme', [V4, V6], kernel(settings))).toBe(null)
  expect(settings).toEqual({ [IPV4]: '1', [IPV6]: '1', [ALL]: '0' })
})

test('an older kernel has one switch for all of IPv6, which is never touched', async () => {
  const off = { [IPV4]: '1', [ALL]: '0' }
  expect(await allowForwarding('acme', [V6], kernel(off))).toMatch(
    /IPv6 for devices: set net\.ipv6\.conf\.all\.forwarding/,
  )
  expect(off[ALL]).toBe('0')
  expect(await allowForwarding('acme', [V6], kernel({ [ALL]: '1' }))).toBe(null)
})

test('where nothing may be written, what is missing is told', async () => {
  const settings = { [IPV4]: '0' }
  expect(await allowForwarding('acme', [V4], kernel(settings, [IPV4]))).toMatch(/set net\.ipv4\.conf\.acme\.forwarding/)
  expect(await allowForwarding('acme', [], kernel(settings, [IPV4]))).toBe(null)
})

import type { Page } from '@playwright/test'
import { expect, type Net, test } from './fixtures.ts'

const ULA = /^fd[0-9a-f]{2}(:[0-9a-f]{1,4}){0,2}::\/48$/
const panel = (page: Page) => page.getByRole('complementary')

async function openIpv6(page: Page, cidr: string, item: 'Add IPv6' | 'IPv6 prefix') {
  await page.getByRole('button', { name: `Actions for ${cidr}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
  return page.getByRole('region', { name: 'IPv6' })
}

/** Gives the network of a test fd00:1::/48 by its own form. */
async function addIpv6(page: Page, net: Net) {
  await page.goto(net.path('tree'))
  const form = await openIpv6(page, net.row.name, 'Add IPv6')
  await form.getByLabel(`IPv6 prefix of ${net.row.name}`).fill(prefixOf(net))
  await form.getByRole('button', { name: 'Add IPv6' }).click()
  await expect(form).toHaveCount(0)
}

/** No two networks of a console overlap. */
const prefixOf = (net: Net) => `fd00:${net.row.id.toString(16)}::/48`
const at = (net: Net, tail: string) => `fd00:${net.row.id.toString(16)}${tail}`

test('IPv6 comes to a running network in one change, and goes with one', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  await admin.goto(net.path('tree'))
  const form = await openIpv6(admin, net.row.name, 'Add IPv6')
  const field = form.getByLabel(`IPv6 prefix of ${net.row.name}`)
  await expect(field).toHaveValue(ULA)
  await expect(form).toContainText('2 CIDRs and 2 peers in it get IPv6 too')
  await field.fill('10.9.0.0/16')
  await expect(form.getByRole('alert')).toHaveText('10.9.0.0/16 is not an IPv6 prefix, such as fd12:3456:789a::/48.')
  await field.fill(prefixOf(net))
  await form.getByRole('button', { name: 'Add IPv6' }).click()
  await expect(panel(admin).getByRole('button', { name: `Copy IPv6 prefix ${prefixOf(net)}` })).toBeVisible()

  await admin.goto(net.path('tree?cidr=eng'))
  await expect(panel(admin).getByRole('button', { name: `Copy IPv6 prefix ${at(net, ':0:1::/64')}` })).toBeVisible()
  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByRole('button', { name: `Copy IPv6 address ${at(net, ':0:1::1')}` })).toBeVisible()

  await admin.goto(net.path('activity'))
  const told = `gave ${net.row.name} IPv6, ${prefixOf(net)}, and 2 CIDRs and 2 peers in it`
  await expect(admin.getByText(told).first()).toBeVisible()

  await admin.goto(net.path('tree'))
  const change = await openIpv6(admin, net.row.name, 'IPv6 prefix')
  await expect(change).toContainText('2 peers lose their IPv6 address')
  await change.getByRole('button', { name: 'Remove IPv6' }).click()
  await expect(panel(admin).getByRole('button', { name: /^Copy IPv6 prefix/ })).toHaveCount(0)
})

test('new CIDRs and peers get a part and an address of both families', async ({ admin, net }) => {
  await addIpv6(admin, net)
  await admin.getByRole('button', { name: 'Add CIDR', exact: true }).click()
  const form = admin.getByRole('region', { name: 'Add CIDR' })
  await form.getByLabel('Name').fill('lab')
  await expect(form.getByLabel('IPv6 prefix')).toHaveValue(at(net, ':0:100::/56'))
  await form.getByLabel('IPv6 prefix').fill(at(net, '::/64'))
  await form.getByRole('button', { name: 'Add CIDR' }).click()
  await expect(form.getByRole('alert')).toHaveText(`${at(net, '::/64')} is already the prefix of infra.`)
  await form.getByLabel('IPv6 prefix').fill(at(net, ':0:7::/64'))
  await form.getByRole('button', { name: 'Add CIDR' }).click()
  await expect(form).toHaveCount(0)

  await admin.goto(net.path('tree?cidr=lab'))
  await panel(admin).getByRole('button', { name: 'Add peer' }).first().click()
  const dialog = admin.getByRole('dialog', { name: 'Add peer' })
  await expect(dialog.getByLabel('IPv6 address')).toHaveValue(at(net, ':0:7::1'))
  await dialog.getByLabel('Name').fill('sensor')
  await dialog.getByLabel('IPv6 address').fill(at(net, ':0:7::beef'))
  await dialog.getByRole('button', { name: 'Add peer' }).click()
  await expect(dialog).toHaveCount(0)

  await admin.goto(net.path('peers?q=7::beef'))
  await expect(admin.getByRole('link', { name: 'sensor' })).toBeVisible()
})

test('a new network may have both families from the start', async ({ admin }) => {
  await admin.goto('/networks/new')
  await admin.getByLabel('Name').fill('both')
  await admin.getByLabel('IPv6 as well').check()
  await expect(admin.getByLabel('IPv6 prefix')).toHaveValue(ULA)
  const prefix6 = await admin.getByLabel('IPv6 prefix').inputValue()
  await admin.getByLabel('Root CIDR').fill('10.233.0.0/16')
  await admin.getByLabel('Public endpoint of the hub').fill('203.0.113.7:29999')
  await admin.getByLabel('UDP port').fill('29999')
  await admin.getByRole('button', { name: 'Create network' }).click()
  await expect(panel(admin).getByRole('button', { name: `Copy IPv6 prefix ${prefix6}` })).toBeVisible()
})

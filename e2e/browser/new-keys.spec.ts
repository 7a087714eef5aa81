import type { Page } from '@playwright/test'
import { loadNetwork } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'

/** Three agents in eng and one in ops; members of our own have a secret, which clients of innernet do not. */
async function agents(net: Net): Promise<{ ana: number }> {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  await net.peer('ben', 'eng', '16.2')
  await net.peer('cleo', 'eng', '16.3')
  await net.peer('dan', 'ops', '17.1')
  const { pool } = net.stage.db
  await pool.query("UPDATE peer SET secret_hash = 'x' WHERE network_id = $1 AND name <> 'cleo'", [net.row.id])
  return { ana }
}

const asked = async (net: Net) =>
  ((await loadNetwork(net.stage.db, net.row.id))?.peers ?? [])
    .filter(({ rotateAskedAt }) => rotateAskedAt !== null)
    .map(({ name }) => name)
    .sort()

const menu = async (page: Page, of: string, item: string) => {
  await page.getByRole('button', { name: `Actions for ${of}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

test.describe('new keys', () => {
  test('are asked for on the page of a peer, which says that it waits', async ({ admin, net }) => {
    const { ana } = await agents(net)
    await admin.goto(net.path(`peers/${ana}`))
    await menu(admin, 'ana', 'Ask for a new key')
    const dialog = admin.getByRole('dialog', { name: 'Ask 1 peer for new keys?' })
    await expect(dialog).toContainText('Each makes itself another key and signs it with the present one')
    await dialog.getByRole('button', { name: 'Ask for a new key' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(admin.getByText('waiting for it')).toBeVisible()
    expect(await asked(net)).toEqual(['ana'])
  })

  test('are asked for in a CIDR, of those who can make some', async ({ admin, net }) => {
    await agents(net)
    await admin.goto(net.path('tree?cidr=eng'))
    await menu(admin, 'eng', 'Ask for new keys')
    const dialog = admin.getByRole('dialog', { name: /^Ask \d peers for new keys\?$/ })
    await dialog.getByRole('button', { name: 'Ask for new keys' }).click()
    await expect(dialog).toHaveCount(0)
    expect(await asked(net)).toEqual(['ana', 'ben'])

    await admin.goto(net.path('activity'))
    const row = admin.getByText('asked ana, ben for new keys')
    await expect(row.first()).toBeVisible()
  })

  test('are asked for by a selection', async ({ admin, net }) => {
    await agents(net)
    await admin.goto(net.path('peers?q=dan'))
    await admin.getByLabel('Select all shown').check()
    await admin.getByRole('region', { name: 'Selected peers' }).getByRole('button', { name: 'New keys' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Ask 1 peer for new keys?' })
    await dialog.getByRole('button', { name: 'Ask for a new key' }).click()
    await expect(dialog).toHaveCount(0)
    expect(await asked(net)).toEqual(['dan'])
  })

  test('are wanted every so many days', async ({ admin, net }) => {
    await admin.goto(net.path('settings'))
    const days = admin.getByLabel('Days a key lives')
    await days.fill('0')
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect(admin.getByText('A key lives 1 to 3650 days; leave it empty for as long as its peer.')).toBeVisible()
    await days.fill('90')
    await admin.getByRole('button', { name: 'Save' }).click()
    await expect.poll(async () => (await loadNetwork(net.stage.db, net.row.id))?.network.rotateDays).toBe(90)
    await expect(days).toHaveValue('90')
  })
})

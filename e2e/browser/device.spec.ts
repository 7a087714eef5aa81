import { readFile } from 'node:fs/promises'
import { expect, test } from './fixtures.ts'
import { readQr } from './qr.ts'

test('a phone gets a configuration whose QR code says exactly what the file says', async ({ admin, net }) => {
  await net.cidr('phones', '16.0/24')
  await admin.goto(net.path('tree?cidr=phones'))
  await admin.getByRole('button', { name: 'Add peer' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Add peer' })
  await dialog.getByLabel('Name').fill('ana-phone')
  await dialog.getByLabel('Phone or router').check()
  await expect(dialog.getByLabel('May administer')).toHaveCount(0)
  await dialog.getByRole('button', { name: 'Add peer' }).click()

  const handout = admin.getByRole('dialog', { name: 'Configuration for ana-phone' })
  const shown = await handout.getByRole('textbox', { name: 'Configuration' }).inputValue()
  const [download] = await Promise.all([
    admin.waitForEvent('download'),
    handout.getByRole('button', { name: /^Save/ }).click(),
  ])
  const file = await readFile(await download.path(), 'utf8')
  expect(download.suggestedFilename()).toMatch(/^[a-zA-Z0-9_=+.-]{1,15}\.conf$/)
  expect(file).toBe(shown)
  expect(await readQr(handout.getByRole('img', { name: /QR code/ }))).toBe(file)
  expect(file).toMatch(/^\[Interface\]\nPrivateKey = [A-Za-z0-9+/]{43}=\n/)
  expect(file).toContain(`Address = ${net.at('16.1')}/32`)
  expect(file).toContain(`AllowedIPs = ${net.at('0.0/16')}`)
  expect(file).toContain(`Endpoint = ${net.row.endpoint}`)
})

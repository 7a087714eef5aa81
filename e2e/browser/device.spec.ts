import { readFile } from 'node:fs/promises'
import { change, loadNetwork, saveStatus } from '@warren/db'
import { INNERNET_VERSION } from '@warren/protocol'
import { createPeer } from '../../apps/console/src/server/peer/create-peer.ts'
import { movePeer } from '../../apps/console/src/server/peer/move-peer.ts'
import { expect, type Net, test } from './fixtures.ts'
import { readQr } from './qr.ts'
import { newKey } from './seed.ts'

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

/** A phone that has its configuration. */
async function phoneIn(net: Net, cidrId: number) {
  const about = { name: 'ana-phone', kind: 'device', publicKey: newKey(), isAdmin: false } as const
  return (await createPeer(net.stage.ctx, { networkId: net.row.id, cidrId, ...about })).peer
}

test('a phone that was moved is marked everywhere, and gets a new configuration as a QR code', async ({
  admin,
  net,
}) => {
  const [phones, guests] = [await net.cidr('phones', '16.0/24'), await net.cidr('guests', '17.0/24')]
  const phone = await phoneIn(net, phones.id)
  await admin.goto(net.path(`peers/${phone.id}`))
  await expect(admin.getByRole('heading', { name: 'ana-phone' })).toBeVisible()
  await expect(admin.getByRole('button', { name: 'New configuration' })).toHaveCount(0)

  await movePeer(net.stage.ctx, { networkId: net.row.id, peerId: phone.id, cidrId: guests.id })
  const notice = admin.getByRole('note').filter({ hasText: 'It needs a new configuration' })
  await expect(notice).toContainText(`its address is ${net.at('17.1')} now, not ${net.at('16.1')}`)

  await admin.goto(net.path('peers?kind=stale'))
  await expect(admin.getByText('Configuration out of date')).toHaveCount(1)
  await admin.goto(net.path('overview'))
  const warning = admin.getByRole('list', { name: 'Needs attention' }).getByRole('listitem')
  await warning
    .filter({ hasText: 'ana-phone needs a new configuration' })
    .getByRole('link', { name: 'New configuration' })
    .click()
  await notice.getByRole('button', { name: 'New configuration' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
  const handout = admin.getByRole('dialog', { name: 'Configuration for ana-phone' })
  const file = await handout.getByRole('textbox', { name: 'Configuration' }).inputValue()
  expect(file).toContain(`Address = ${net.at('17.1')}/32\n`)
  expect(await readQr(handout.getByRole('img', { name: /QR code/ }))).toBe(file)
  // The notice is gone by now, and the dialog that it opened stays: its key exists nowhere else.
  await expect(notice).toHaveCount(0)
  await expect(handout.getByRole('img', { name: /QR code/ })).toBeVisible()
})

test('a configuration of two families is told line by line, and one changed by hand is taken for that', async ({
  admin,
  net,
}) => {
  const phones = await net.cidr('phones', '16.0/24')
  const phone = await phoneIn(net, phones.id)
  const root = (await loadNetwork(net.stage.db, net.row.id))?.cidrs.find(({ parentId }) => parentId === null)
  const about = { networkId: net.row.id, actor: net.stage.ctx.actor, kind: 'network.edited' } as const
  await change(net.stage.db, about, async (tx) => {
    await tx.update('cidrs', root?.id ?? 0, { prefix6: 'fd42::/48' })
    await tx.update('cidrs', phones.id, { prefix6: 'fd42::/64' })
    await tx.update('peers', phone.id, { address6: 'fd42::7' })
  })
  await admin.goto(net.path(`peers/${phone.id}`))
  const notice = admin.getByRole('note').filter({ hasText: 'Its configuration is out of date' })
  await expect(notice).toContainText('It stays connected meanwhile')
  await notice.getByText('Edit the present one by hand').click()
  await expect(notice.getByRole('list', { name: 'Lines to change' }).getByRole('listitem')).toContainText([
    `Address = ${net.at('16.1')}/32, fd42::7/128`,
    `AllowedIPs = ${net.at('0.0/16')}, fd42::/48`,
  ])
  await notice.getByRole('button', { name: 'They are changed' }).click()
  await expect(notice).toHaveCount(0)

  await admin.getByRole('button', { name: 'Actions for ana-phone' }).click()
  await admin.getByRole('menuitem', { name: 'New configuration' }).click()
  await admin.getByRole('dialog').getByRole('button', { name: 'Make it' }).click()
  const handout = admin.getByRole('dialog', { name: 'Configuration for ana-phone' })
  const file = await handout.getByRole('textbox', { name: 'Configuration' }).inputValue()
  expect(file).toContain(`\nAddress = ${net.at('16.1')}/32, fd42::7/128\n`)
  expect(file).toContain(`\nAllowedIPs = ${net.at('0.0/16')}, fd42::/48\n`)
  expect(await readQr(handout.getByRole('img', { name: /QR code/ }))).toBe(file)
})

test('a peer with innernet’s own client is marked, and what it does without is told', async ({ admin, net }) => {
  await net.cidr('office', '16.0/24')
  const id = await net.peer('old-box', 'office', '16.5')
  await saveStatus(net.stage.db, net.row.id, [
    {
      peerId: id,
      online: false,
      seenAt: null,
      endpoint: null,
      handshakeAt: new Date().toISOString(),
      rx: 10,
      tx: 10,
      appliedRevision: null,
      appliedAt: null,
      current: null,
      version: INNERNET_VERSION,
      candidates: [],
      fault: null,
    },
  ])
  await admin.goto(net.path(`peers/${id}`))
  await expect(admin.getByRole('list', { name: 'What it does without' }).getByRole('listitem').first()).toContainText(
    'no relay',
  )
  await admin.goto(net.path('peers'))
  await admin.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'innernet client' })
  await expect(admin.getByRole('link', { name: 'old-box' })).toBeVisible()
  await expect(admin.getByText('1 of 2')).toBeVisible()
})

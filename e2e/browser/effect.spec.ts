import { saveLinks } from '@warren/db'
import type { Link } from '@warren/protocol'
import { expect, type Net, test } from './fixtures.ts'
import { see } from './sightings.ts'

const tunnel = (peer: number, via: Link['via']): Link => ({
  peer,
  live: true,
  via,
  at: '198.51.100.7:51820',
  shaken: 1,
  rx: 1,
  tx: 1,
  tried: [],
})

async function team(net: Net, size: number): Promise<number[]> {
  await net.cidr('eng', '16.0/24')
  await net.cidr('db', '32.0/24')
  await net.associate('eng', 'db')
  const ids: number[] = []
  for (let nth = 1; nth <= size; nth += 1) ids.push(await net.peer(`dev-${nth}`, 'eng', `16.${nth}`))
  return ids
}

test('before a peer is disabled, its pairs are listed and the live tunnels among them marked', async ({
  admin,
  net,
}) => {
  const [ana = 0, bo = 0] = await team(net, 2)
  const store = await net.peer('store', 'db', '32.1')
  await see(net, [ana, bo, store])
  const news = { peerId: ana, whole: true, set: [tunnel(bo, 'direct'), tunnel(store, 'relay')], gone: [], tag: null }
  await saveLinks(net.stage.db, net.row.id, [news])

  await admin.goto(net.path(`peers/${ana}`))
  await admin.getByRole('button', { name: 'Disable' }).click()
  const effect = admin.getByRole('dialog').getByRole('region', { name: 'Effect' })
  await expect(effect).toContainText('−3 pairs')
  await expect(effect).toContainText('2 live tunnels cut')
  await effect.getByRole('button', { name: 'Show pairs' }).click()
  const cut = effect.getByRole('region', { name: 'Will be cut' }).getByRole('listitem')
  await expect(cut).toHaveCount(3)
  await expect(cut.filter({ hasText: 'dev-2' })).toContainText('live, direct')
  await expect(cut.filter({ hasText: 'store' })).toContainText('live, relayed')
  await expect(cut.filter({ hasText: 'hub' })).not.toContainText('live')
})

test('many pairs are told by CIDR, and found by the name of a peer', async ({ admin, net }) => {
  await team(net, 12)
  for (let nth = 1; nth <= 4; nth += 1) await net.peer(`store-${nth}`, 'db', `32.${nth}`)
  await admin.goto(net.path('tree?cidr=eng'))
  await admin.getByRole('button', { name: 'Remove the association with db' }).click()
  const effect = admin.getByRole('region', { name: 'Effect' })
  await expect(effect).toContainText('−48 pairs')
  await effect.getByRole('button', { name: 'Show pairs' }).click()
  await expect(effect.getByRole('region', { name: 'Will be cut' })).toContainText('eng – db48 pairs')

  await effect.getByText('eng – db').click()
  await expect(effect.getByText('dev-1 – store-1', { exact: true })).toBeVisible()
  await effect.getByLabel('Find a peer among them').fill('store-3')
  const found = effect.getByRole('region', { name: 'store-3: will be cut' })
  await expect(found).toContainText('store-3 loses 12')
  await expect(found.getByRole('listitem')).toHaveCount(12)
})

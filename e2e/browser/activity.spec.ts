import type { Page } from '@playwright/test'
import { deletePeer } from '../../apps/console/src/server/peer/delete-peer.ts'
import { movePeer } from '../../apps/console/src/server/peer/move-peer.ts'
import { renamePeer } from '../../apps/console/src/server/peer/rename-peer.ts'
import { expect, type Net, test } from './fixtures.ts'

/** A camera that was moved from iot to lab. Answers its id. */
async function movedCamera(net: Net): Promise<number> {
  await net.cidr('iot', '3.0/24')
  const lab = await net.cidr('lab', '4.0/24')
  await net.peer('probe', 'lab', '4.1')
  await net.associate('iot', 'lab')
  const cam = await net.peer('cam-3', 'iot', '3.7')
  await movePeer(net.stage.ctx, { networkId: net.row.id, peerId: cam, cidrId: lab.id, address: net.at('4.2') })
  return cam
}

const panel = (page: Page) => page.getByRole('complementary', { name: 'Selected change' })
const lines = (page: Page) => page.getByRole('list', { name: /^Changes of / }).getByRole('listitem')
const moved = (net: Net) => `anna moved cam-3 from iot to lab, ${net.at('3.7')} → ${net.at('4.2')}`

test('what was done is told in sentences, and narrowed down to a kind, a person and a place', async ({
  admin,
  net,
}) => {
  await movedCamera(net)
  await admin.goto(net.path('activity'))
  await expect(admin.getByRole('heading', { name: 'Today' })).toBeVisible()
  await expect(lines(admin).first()).toContainText(moved(net))

  await test.step('by kind', async () => {
    await admin.getByLabel('Kind').selectOption('Access')
    await expect(lines(admin)).toHaveCount(1)
    await expect(lines(admin)).toContainText('anna associated iot – lab')
  })
  await test.step('by who did it', async () => {
    await admin.getByLabel('Kind').selectOption('All kinds')
    await admin.getByLabel('By', { exact: true }).selectOption('hub')
    await expect(lines(admin)).toHaveCount(1)
    await expect(lines(admin)).toContainText('took over the key')
  })
  await test.step('by what it was done to, and the address keeps it', async () => {
    await admin.getByRole('button', { name: 'Show all' }).click()
    await admin.getByLabel('Peer or CIDR').fill('cam-3')
    await expect(lines(admin)).toHaveCount(2)
    await admin.reload()
    await expect(admin.getByLabel('Peer or CIDR')).toHaveValue('cam-3')
    await expect(lines(admin)).toHaveCount(2)
  })
  await test.step('and nothing is found where there is nothing', async () => {
    await admin.getByLabel('Peer or CIDR').fill('nobody')
    await admin.getByLabel('Peer or CIDR').press('Enter')
    await expect(admin.getByText('There is no such peer or CIDR')).toBeVisible()
  })
})

test('a change is told in full, and undone after its effect was shown', async ({ admin, net }) => {
  await movedCamera(net)
  await admin.goto(net.path('activity'))
  await lines(admin).filter({ hasText: 'moved cam-3' }).getByRole('button').click()

  await test.step('before and after, by names', async () => {
    const row = panel(admin).getByRole('region', { name: 'Peer cam-3' })
    await expect(row.getByRole('row', { name: `CIDR iot lab` })).toBeVisible()
    await expect(row.getByRole('row', { name: `address ${net.at('3.7')} ${net.at('4.2')}` })).toBeVisible()
  })
  await test.step('its undo shows what it cuts and opens', async () => {
    await panel(admin).getByRole('button', { name: 'Undo', exact: true }).click()
    const effect = panel(admin).getByRole('region', { name: 'Effect' })
    await expect(effect).toContainText('Who reaches whom stays as it is.')
    await panel(admin).getByRole('button', { name: 'Undo change' }).click()
  })
  await test.step('the undo is a change of its own that says what it took back', async () => {
    await expect(panel(admin).getByRole('heading').first()).toContainText(
      /anna undid revision \d+: anna moved cam-3 from iot to lab/,
    )
    await expect(lines(admin).first()).toContainText('undid revision')
    await panel(admin)
      .getByRole('link', { name: /^revision / })
      .click()
    await expect(panel(admin).getByText('Taken back by')).toBeVisible()
    await admin.goto(net.path('peers'))
    await expect(admin.getByText(net.at('3.7'))).toBeVisible()
  })
})

test('what cannot be undone any more says why', async ({ admin, net }) => {
  const cam = await movedCamera(net)
  const { ctx, db } = net.stage
  const { revision } = await db.prisma.network.findUniqueOrThrow({ where: { id: net.row.id } })
  await renamePeer(ctx, { networkId: net.row.id, peerId: cam, name: 'cam-9' })
  await admin.goto(net.path(`activity?revision=${revision}`))
  await expect(panel(admin).getByRole('button', { name: 'Undo', exact: true })).toBeEnabled()

  await deletePeer(ctx, { networkId: net.row.id, peerId: cam })
  await expect(panel(admin).getByRole('button', { name: 'Undo', exact: true })).toBeDisabled()
  await expect(panel(admin)).toContainText(`cam-9 was deleted since (revision ${revision + 2}).`)
})

test('another person’s change appears by itself, and older ones as one scrolls', async ({ admin, net }) => {
  const { ctx } = net.stage
  await net.cidr('iot', '3.0/24')
  const id = await net.peer('cam-1', 'iot', '3.1')
  for (let nth = 0; nth < 60; nth += 1) {
    await renamePeer(ctx, { networkId: net.row.id, peerId: id, name: nth % 2 === 0 ? 'cam-a' : 'cam-1' })
  }
  await admin.goto(net.path('activity'))
  await expect(lines(admin).first()).toContainText('renamed')
  await renamePeer(ctx, { networkId: net.row.id, peerId: id, name: 'cam-z' })
  await expect(lines(admin).first()).toContainText('renamed cam-1 to cam-z')
  await lines(admin).last().scrollIntoViewIfNeeded()
  await expect(lines(admin).last()).toContainText('made the network')
})

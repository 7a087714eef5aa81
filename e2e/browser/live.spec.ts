import { saveHubStatus, saveStatus } from '@warren/db'
import { usualPeer } from '@warren/protocol'
import { expect, test } from './fixtures.ts'
import { observed } from './seed.ts'

test('two browsers see each other’s changes without reloading, and are told who did it', async ({
  admin,
  net,
  browser,
  session,
  stage,
  quiet,
}) => {
  const context = await browser.newContext({ storageState: session, baseURL: stage.url })
  const other = await context.newPage()
  quiet(other)
  await Promise.all([admin.goto(net.path('tree')), other.goto(net.path('tree'))])
  await expect(other.getByRole('treeitem', { name: /^infra,/ })).toBeVisible()

  await admin.getByRole('button', { name: 'Add CIDR', exact: true }).click()
  const form = admin.getByRole('region', { name: 'Add CIDR' })
  await form.getByLabel('Name').fill('lab')
  await form.getByRole('button', { name: 'Add CIDR' }).click()
  await expect(other.getByRole('treeitem', { name: /^lab,/ })).toBeVisible()
  await expect(other.getByText(`anna added the CIDR lab, ${net.at('1.0/24')}`, { exact: true })).toBeVisible()
  await expect(admin.getByText('anna added the CIDR lab')).toHaveCount(0)

  await other.getByRole('treeitem', { name: /^lab,/ }).click()
  await other.getByRole('button', { name: 'Actions for lab' }).click()
  await other.getByRole('menuitem', { name: 'Delete' }).click()
  await other.getByRole('alertdialog').getByRole('button', { name: 'Delete CIDR' }).click()
  await expect(admin.getByRole('treeitem', { name: /^lab,/ })).toHaveCount(0)
  await context.close()
})

test('a peer that comes online is seen without reloading', async ({ admin, net, stage }) => {
  await net.cidr('eng', '16.0/24')
  const id = await net.peer('ana', 'eng', '16.1')
  await admin.goto(net.path('tree?cidr=eng'))
  await expect(admin.getByRole('treeitem', { name: /^eng, .*, 0 of 1 peers online$/ })).toBeVisible()

  const peer = {
    ...(await stage.db.prisma.peer.findUniqueOrThrow({ where: { id } })),
    ...usualPeer,
    redeemedAt: null,
    deletedAt: null,
  }
  await saveStatus(stage.db, net.row.id, [observed(peer, { revision: 1, online: true, agoS: 1 })])
  await expect(admin.getByRole('treeitem', { name: /^eng, .*, 1 of 1 peers online$/ })).toBeVisible()
  await admin.goto(net.path(`peers/${id}`))
  await expect(admin.getByText('current, proven')).toBeVisible()

  await saveStatus(stage.db, net.row.id, [observed(peer, { revision: 1, online: false, agoS: 90 })])
  await expect(admin.getByText('offline')).toBeVisible()
})

test('a hub that goes is told on every page, with what to do', async ({ admin, net, stage }) => {
  await admin.goto(net.path('overview'))
  await expect(admin.getByRole('list', { name: 'Last changes' })).toContainText('made the network')
  await saveHubStatus(stage.db, net.row.id, { connected: false, appliedRevision: 2, fault: null, version: null })
  await expect(admin.getByRole('note')).toContainText('The hub is not connected')
  await expect(admin.getByRole('note')).toContainText('sudo npm start')
})

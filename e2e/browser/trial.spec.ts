import type { Page } from '@playwright/test'
import { TrialKeeper } from '../../apps/console/src/coordinator/trials.ts'
import { deletePeer } from '../../apps/console/src/server/peer/delete-peer.ts'
import { expect, type Net, test } from './fixtures.ts'
import { revisionOf, see } from './sightings.ts'

/** Two cameras that reach nobody but ops; one of them is online. Answers its id. */
async function cameras(net: Net): Promise<number> {
  await net.cidr('cams', '64.0/24')
  await net.cidr('ops', '32.0/24')
  await net.associate('cams', 'ops')
  const cam = await net.peer('cam-1', 'cams', '64.1')
  await net.peer('cam-2', 'cams', '64.2')
  const watch = await net.peer('watch', 'ops', '32.1')
  await see(net, [cam, watch])
  return cam
}

const banner = (page: Page) => page.getByRole('region', { name: /^Trial of revision / })

/** Removes the association that keeps the cameras in touch, on trial as the card proposes. */
async function cutCameras(page: Page, net: Net): Promise<void> {
  await page.goto(net.path('tree?cidr=cams'))
  await page.getByRole('button', { name: 'Remove the association with ops' }).click()
  const card = page.getByRole('region', { name: 'Remove association' })
  await expect(card.getByRole('note', { name: 'What this may cut off' })).toContainText('would be cut off as a whole')
  await expect(card.getByLabel('For two minutes, unless confirmed')).toBeChecked()
  await card.getByRole('button', { name: 'Remove association' }).click()
  await expect(banner(page)).toContainText('You removed the association cams – ops, on trial.')
  await expect(banner(page).getByRole('time')).toHaveText(/^[12]:\d\d$/)
}

const link = (page: Page) => page.getByRole('button', { name: 'Remove the association with ops' })

test('what cuts a whole subtree is proposed on trial, seen on every page, and kept', async ({ admin, net }) => {
  await cameras(net)
  await cutCameras(admin, net)
  await admin.getByRole('link', { name: 'Overview' }).click()
  await banner(admin).getByRole('button', { name: 'Keep' }).click()
  await expect(banner(admin)).toContainText('Kept by anna.')
  await banner(admin).getByRole('button', { name: 'Dismiss' }).click()
  await expect(banner(admin)).toHaveCount(0)
  await admin.goto(net.path('tree?cidr=cams'))
  await expect(admin.getByRole('treeitem', { name: /^cams,/ })).toBeVisible()
  await expect(link(admin)).toHaveCount(0)
})

test('what nobody keeps takes itself back', async ({ admin, net, stage }) => {
  const keeper = new TrialKeeper(stage.db, () => undefined)
  await keeper.start()
  try {
    await cameras(net)
    await cutCameras(admin, net)
    // Two minutes are a long time for a test: here they are over at once.
    const revision = await revisionOf(net)
    await stage.db.prisma.trial.updateMany({ where: { networkId: net.row.id, revision }, data: { until: new Date() } })
    await stage.db.pool.query('SELECT pg_notify($1, $2)', ['warren_trial', String(net.row.id)])
    await expect(banner(admin)).toContainText('Nobody kept it in time, so it took itself back.')
    await expect(link(admin)).toBeVisible()
    await admin.goto(net.path(`activity?revision=${revision + 1}`))
    const told = `Warren took back revision ${revision}, which nobody had confirmed: anna removed the association cams – ops`
    await expect(admin.getByRole('complementary', { name: 'Selected change' })).toContainText(told)
  } finally {
    await keeper.stop()
  }
})

test('a trial is ended by hand as well', async ({ admin, net }) => {
  await cameras(net)
  await cutCameras(admin, net)
  await banner(admin).getByRole('button', { name: 'Take back' }).click()
  await expect(banner(admin)).toContainText('Taken back by anna.')
  await expect(link(admin)).toBeVisible()
})

test('what cannot be taken back says why', async ({ admin, net, stage }) => {
  const cam = await cameras(net)
  await admin.goto(net.path(`peers/${cam}`))
  await admin.getByRole('button', { name: 'Disable' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Disable cam-1?' })
  await expect(dialog.getByRole('note')).toHaveCount(0)
  await dialog.getByLabel('For two minutes, unless confirmed').check()
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await expect(banner(admin)).toContainText('You disabled cam-1, on trial.')

  await deletePeer(stage.ctx, { networkId: net.row.id, peerId: cam })
  const keeper = new TrialKeeper(stage.db, () => undefined)
  await stage.db.prisma.trial.updateMany({ where: { networkId: net.row.id }, data: { until: new Date() } })
  await keeper.start()
  try {
    await expect(banner(admin)).toContainText('could not be taken back: cam-1 was deleted since')
  } finally {
    await keeper.stop()
  }
})

test('whoever would disable the machine they sit at is told so, and may do it at once all the same', async ({
  admin,
  net,
  stage,
}) => {
  await net.cidr('eng', '16.0/24')
  const own = await net.peer('ana-laptop', 'eng', '16.1')
  await net.peer('bo-laptop', 'eng', '16.2')
  await stage.db.prisma.user.update({ where: { id: 1 }, data: { ownPeerId: own } })
  try {
    await admin.goto(net.path(`peers/${own}`))
    await admin.getByRole('button', { name: 'Disable' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Disable ana-laptop?' })
    await expect(dialog.getByRole('note')).toContainText('ana-laptop is the machine you sit at: it would be disabled')
    await dialog.getByLabel('For two minutes, unless confirmed').uncheck()
    await dialog.getByRole('button', { name: 'Disable' }).click()
    await expect(admin.getByRole('button', { name: 'Enable' })).toBeVisible()
    await expect(banner(admin)).toHaveCount(0)
  } finally {
    await stage.db.prisma.user.update({ where: { id: 1 }, data: { ownPeerId: null } })
  }
})

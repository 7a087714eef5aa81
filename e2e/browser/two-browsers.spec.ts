import type { BrowserContext, Page } from '@playwright/test'
import { loadNetwork, saveStatus } from '@warren/db'
import { renamePeer } from '../../apps/console/src/server/peer/rename-peer.ts'
import { expect, test } from './fixtures.ts'
import { observed } from './seed.ts'

/** What the page asked the console of a network, as whether everything was wanted, in order. */
function questions(page: Page): boolean[] {
  const whole: boolean[] = []
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (!url.pathname.includes('network.follow')) return
    whole.push((url.searchParams.get('input') ?? '').includes('"since":null'))
  })
  return whole
}

/** So that a reload could not be mistaken for news. */
const mark = (page: Page) => page.evaluate(() => document.documentElement.setAttribute('data-marked', 'yes'))
const isMarked = (page: Page) => page.evaluate(() => document.documentElement.hasAttribute('data-marked'))

test('two people see each other’s changes, and an agent that comes and goes, by asking only for what is new', async ({
  admin,
  net,
  browser,
  session,
  stage,
  quiet,
}) => {
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  await net.peer('ben', 'eng', '16.2')
  const context: BrowserContext = await browser.newContext({ storageState: session, baseURL: stage.url })
  const other = await context.newPage()
  quiet(other)
  const asked = questions(other)
  await Promise.all([admin.goto(net.path(`peers/${ana}`)), other.goto(net.path('tree?cidr=eng'))])
  await expect(admin.getByRole('heading', { level: 1, name: 'ana' })).toBeVisible()
  const card = (words: RegExp) => other.getByRole('treeitem', { name: words })
  await expect(card(/^eng, .*, 0 of 2 peers online$/)).toBeVisible()
  await Promise.all([mark(admin), mark(other)])

  await renamePeer(stage.ctx, { networkId: net.row.id, peerId: ana, name: 'ana-laptop' })
  await expect(admin.getByRole('heading', { level: 1, name: 'ana-laptop' })).toBeVisible()

  await admin.getByRole('button', { name: /^Actions/ }).click()
  await admin.getByRole('menuitem', { name: 'Rename' }).click()
  const dialog = admin.getByRole('dialog')
  await dialog.getByLabel('Name').fill('ana-desk')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(other.getByText('anna renamed ana-laptop to ana-desk', { exact: true })).toBeVisible()
  await expect(other.getByRole('complementary').getByText('ana-desk').first()).toBeVisible()

  const peer = (await loadNetwork(stage.db, net.row.id))?.peers.find(({ id }) => id === ana)
  if (!peer) throw new Error('the peer is gone')
  await saveStatus(stage.db, net.row.id, [observed(peer, { revision: 1, online: true, agoS: 1 })])
  await expect(card(/^eng, .*, 1 of 2 peers online$/)).toBeVisible()
  await saveStatus(stage.db, net.row.id, [observed(peer, { revision: 1, online: false, agoS: 1 })])
  await expect(card(/^eng, .*, 0 of 2 peers online$/)).toBeVisible()

  expect(await isMarked(admin)).toBe(true)
  expect(await isMarked(other)).toBe(true)
  expect(asked.length).toBeGreaterThan(3)
  expect(asked.filter(Boolean)).toHaveLength(1)
  await context.close()
})

test('who comes back after a while without the console sees what happened meanwhile', async ({
  browser,
  session,
  net,
  stage,
}) => {
  // Not the watched page: what is asked while the connections are gone may be answered with a 503.
  const context = await browser.newContext({ storageState: session, baseURL: stage.url })
  const admin = await context.newPage()
  await net.cidr('eng', '16.0/24')
  const ana = await net.peer('ana', 'eng', '16.1')
  await admin.goto(net.path(`peers/${ana}`))
  await expect(admin.getByRole('heading', { level: 1, name: 'ana' })).toBeVisible()
  await mark(admin)
  await stage.db.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  )
  await renamePeer(stage.ctx, { networkId: net.row.id, peerId: ana, name: 'ana-laptop' })
  await expect(admin.getByRole('heading', { level: 1, name: 'ana-laptop' })).toBeVisible({ timeout: 20_000 })
  expect(await isMarked(admin)).toBe(true)
  await context.close()
})

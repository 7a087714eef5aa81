import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { loadNetwork, saveStatus } from '@warren/db'
import { expect, type Net, test } from './fixtures.ts'
import { observed } from './seed.ts'

/** Twelve in `lab`, one in `ops`; the second has not been heard of. */
async function furnish(net: Net): Promise<number[]> {
  await net.cidr('lab', '16.0/24')
  await net.cidr('ops', '17.0/24')
  const ids: number[] = []
  for (let at = 1; at <= 12; at += 1) ids.push(await net.peer(`cam-${at}`, 'lab', `16.${at}`))
  await net.peer('cleo', 'ops', '17.1')
  const { db } = net.stage
  const rows = (await loadNetwork(db, net.row.id))?.peers ?? []
  const heard = rows.filter((peer) => peer.name !== 'cam-2' && peer.kind === 'agent')
  await saveStatus(
    db,
    net.row.id,
    heard.map((peer) => observed(peer, { revision: 5, online: true, agoS: 3 })),
  )
  return ids
}

const grid = (page: Page) => page.getByRole('grid', { name: 'Peers' })
/** The rows of peers, without the one of heads. */
const rows = (page: Page) => grid(page).locator('tbody tr[aria-rowindex]')
const bar = (page: Page) => page.getByRole('region', { name: 'Selected peers' })
const peersOf = async (net: Net) =>
  ((await loadNetwork(net.stage.db, net.row.id))?.peers ?? []).filter((peer) => peer.deletedAt === null)

test.describe('the list of peers', () => {
  test('is searched, filtered and sorted, and the address keeps it', async ({ admin, net }) => {
    await furnish(net)
    await admin.goto(net.path('peers'))
    await expect(rows(admin)).toHaveCount(14)
    await expect(rows(admin).nth(2)).toContainText('cam-2')
    await admin.getByRole('button', { name: 'Name' }).click()
    await expect(rows(admin).nth(9)).toContainText('cam-10')
    await admin.getByLabel('Search peers').fill('cam 16.1')
    await expect(rows(admin)).toHaveCount(4)
    await expect(admin).toHaveURL(/q=cam\+16\.1/)
    await admin.getByLabel('State', { exact: true }).selectOption('all connected')
    await admin.getByLabel('CIDR', { exact: true }).selectOption({ label: `lab · ${net.at('16.0/24')}` })
    await expect(admin).toHaveURL(/state=connected/)
    await admin.reload()
    await expect(rows(admin)).toHaveCount(4)
    await expect(rows(admin).first()).toContainText('cam-1')
    await expect(admin.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending')

    await admin.getByLabel('Search peers').fill('nobody')
    await expect(admin.getByText('No peer matches')).toBeVisible()
    await admin.getByRole('button', { name: 'Show all peers' }).click()
    await expect(rows(admin)).toHaveCount(14)
    await admin.getByLabel('Kind', { exact: true }).selectOption('hub')
    await expect(rows(admin)).toHaveCount(1)
  })

  test('is walked, selected and opened by keys', async ({ admin, net }) => {
    await furnish(net)
    await admin.goto(net.path('peers'))
    await grid(admin).focus()
    await admin.keyboard.press('ArrowDown')
    await admin.keyboard.press('Space')
    await admin.keyboard.press('Shift+ArrowDown')
    await admin.keyboard.press('Shift+ArrowDown')
    await expect(grid(admin).getByRole('row', { selected: true })).toHaveCount(3)
    await admin.keyboard.press('Shift+ArrowUp')
    await expect(bar(admin)).toContainText('2 selected')
    await admin.keyboard.press('Escape')
    await expect(bar(admin)).toHaveCount(0)
    await admin.keyboard.press('End')
    await admin.keyboard.press('Enter')
    await expect(admin.getByRole('heading', { level: 1 })).toContainText('cleo')
  })

  test('shows the columns that were chosen, and is taken along as a file', async ({ admin, net }) => {
    await furnish(net)
    await admin.goto(net.path('peers?q=cam'))
    await admin.getByRole('button', { name: 'Columns' }).click()
    await admin.getByRole('menuitemcheckbox', { name: 'Endpoint' }).click()
    await admin.getByRole('menuitemcheckbox', { name: 'Kind' }).click()
    await admin.keyboard.press('Escape')
    await admin.reload()
    await expect(admin.getByRole('columnheader', { name: 'Endpoint' })).toBeVisible()
    await expect(admin.getByRole('columnheader', { name: 'Kind' })).toHaveCount(0)

    const [file] = await Promise.all([
      admin.waitForEvent('download'),
      admin.getByRole('button', { name: 'Export the list as CSV' }).click(),
    ])
    expect(file.suggestedFilename()).toBe(`${net.row.name}-peers.csv`)
    const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
    expect(lines).toHaveLength(13)
    expect(lines[1]).toMatch(new RegExp(`^cam-1,${net.at('16.1').replaceAll('.', '\\.')},lab,agent,online,`))
  })

  test('on a phone is a list that can be filtered and selected', async ({ admin, net }) => {
    await furnish(net)
    await admin.setViewportSize({ width: 390, height: 844 })
    await admin.goto(net.path('peers'))
    const list = admin.getByRole('list', { name: 'Peers' })
    await admin.getByRole('button', { name: 'Filter' }).click()
    await admin.getByLabel('State', { exact: true }).selectOption('never seen')
    await expect(list.getByRole('listitem')).toHaveCount(1)
    await list.getByLabel('Select cam-2').check()
    await bar(admin).getByRole('button', { name: 'Actions' }).click()
    await admin.getByRole('menuitem', { name: 'Delete' }).click()
    await expect(admin.getByRole('dialog', { name: 'Delete 1 peer?' })).toContainText('cam-2')
    expect(await admin.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  })
})

test.describe('many peers', () => {
  test('are disabled at once, after their effect was told; the hub is not', async ({ admin, net }) => {
    await furnish(net)
    await admin.goto(net.path('peers'))
    await admin.getByLabel('Select hub').check()
    await admin.getByLabel('Select cam-3').click({ modifiers: ['Shift'] })
    await bar(admin).getByRole('button', { name: 'Disable' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Disable 3 peers?' })
    await expect(dialog.getByRole('region', { name: 'Not possible' })).toContainText('hub: A hub cannot be disabled.')
    await expect(dialog).toContainText('cam-1, cam-2, cam-3')
    await expect(dialog.getByRole('region', { name: 'Effect' })).toContainText('−33 pairs')
    await dialog.getByRole('button', { name: 'Disable 3 peers' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(rows(admin).filter({ hasText: 'disabled' })).toHaveCount(3)

    const last = await net.stage.db.prisma.change.findFirst({
      where: { networkId: net.row.id },
      orderBy: { revision: 'desc' },
    })
    expect(last?.kind).toBe('peers.disabled')

    await admin.getByLabel('State', { exact: true }).selectOption('disabled')
    await admin.getByLabel('Select all shown').check()
    await bar(admin).getByRole('button', { name: 'Enable' }).click()
    await expect(admin.getByRole('region', { name: 'Effect' })).toContainText('+33 pairs')
    await admin.getByRole('button', { name: 'Enable 3 peers' }).click()
    await expect(admin.getByText('No peer matches')).toBeVisible()
  })

  test('are moved, and get addresses that were told before', async ({ admin, net }) => {
    await furnish(net)
    await net.cidr('tiny', '18.0/30')
    await admin.goto(net.path('peers?q=cam'))
    await admin.getByLabel('Select all shown').check()
    await bar(admin).getByRole('button', { name: 'Move' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Move 12 peers?' })
    await dialog.getByLabel('To CIDR').selectOption({ label: `tiny · ${net.at('18.0/30')}` })
    await expect(dialog.getByRole('alert')).toHaveText('It has room for 2 of these 12 peers.')
    await dialog.getByLabel('To CIDR').selectOption({ label: `ops · ${net.at('17.0/24')}` })
    await expect(dialog).toContainText(`cam-1 ${net.at('16.1')} → ${net.at('17.2')}`)
    await expect(dialog.getByRole('region', { name: 'Effect' })).toContainText('+12 pairs')
    await dialog.getByRole('button', { name: 'Move 12 peers' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(rows(admin).first()).toContainText(net.at('17.2'))
    const moved = (await peersOf(net)).filter((peer) => peer.name.startsWith('cam'))
    expect(moved.map((peer) => peer.address).sort()).toEqual(
      Array.from({ length: 12 }, (_, at) => net.at(`17.${at + 2}`)).sort(),
    )
  })

  test('are deleted, after what is lost was named', async ({ admin, net }) => {
    await furnish(net)
    await admin.goto(net.path('peers?q=cam-1'))
    await admin.getByLabel('Select all shown').check()
    await admin.getByLabel('Search peers').fill('cam-10')
    await expect(bar(admin)).toContainText('4 selected, 3 not in the list as filtered')
    await bar(admin).getByRole('button', { name: 'Delete' }).click()
    const dialog = admin.getByRole('dialog', { name: 'Delete 4 peers?' })
    await expect(dialog).toContainText('cam-1, cam-10, cam-11, cam-12')
    await expect(dialog).toContainText('Their addresses stay taken until you release them.')
    await dialog.getByRole('button', { name: 'Delete 4 peers' }).click()
    await expect(admin.getByText('No peer matches')).toBeVisible()
    expect((await peersOf(net)).filter((peer) => peer.name.startsWith('cam'))).toHaveLength(8)
  })

  test('are invited again, and all invitations are saved at once', async ({ admin, net }) => {
    const ids = await furnish(net)
    await admin.goto(net.path('peers?q=cam-1'))
    await admin.getByLabel('Select all shown').check()
    await bar(admin).getByRole('button', { name: 'Re-invite' }).click()
    const question = admin.getByRole('dialog', { name: 'Re-invite 4 peers?' })
    await expect(question).toContainText('4 agents cut off at once until joined again')
    await question.getByRole('button', { name: 'Re-invite 4 peers' }).click()
    const handout = admin.getByRole('dialog', { name: '4 invitations' })
    await expect(handout.getByRole('list', { name: 'Invitations' }).getByRole('listitem')).toHaveCount(4)
    const [file] = await Promise.all([
      admin.waitForEvent('download'),
      handout.getByRole('button', { name: /^Save all/ }).click(),
    ])
    const archive = await readFile(await file.path(), 'latin1')
    expect(archive.match(/private-key = "[A-Za-z0-9+/]{43}="/g)).toHaveLength(4)
    await handout.getByRole('button', { name: 'Show the invitation of cam-10' }).click()
    const one = admin.getByRole('dialog', { name: 'Invitation for cam-10' })
    await expect(one.getByRole('img', { name: /QR code/ })).toBeVisible()
    await one.getByRole('button', { name: 'Done' }).click()
    await handout.getByRole('button', { name: 'Done' }).click()

    const state = await loadNetwork(net.stage.db, net.row.id)
    const invited = state?.invitations.filter((row) => ids.includes(row.peerId)) ?? []
    expect(new Set(invited.map((row) => row.temporaryKey)).size).toBe(4)
    await expect(rows(admin).filter({ hasText: 'invited' })).toHaveCount(4)
  })
})

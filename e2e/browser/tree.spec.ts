import type { Locator, Page } from '@playwright/test'
import { expect, type Net, test } from './fixtures.ts'

const item = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name},`) })
const card = (page: Page, title: string) => page.getByRole('region', { name: title, exact: true })

/** Opens the menu of the selected CIDR and chooses from it. */
async function choose(page: Page, cidr: string, action: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${cidr}`, exact: true }).click()
  await page.getByRole('menuitem', { name: action }).click()
}

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox()
  if (!box) throw new Error('it is not to be seen')
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** Drags with a mouse, in steps, as a hand does. */
async function drag(page: Page, from: Locator, onto: Locator): Promise<void> {
  const [start, end] = [await middleOf(from), await middleOf(onto)]
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(start.x + 10, start.y + 4, { steps: 3 })
  await page.mouse.move(end.x, end.y, { steps: 8 })
  await page.mouse.up()
}

test('a plan is drawn: by size, around others, split, resized, renamed, isolated, deleted', async ({ admin, net }) => {
  await admin.goto(net.path('tree'))
  await admin.getByRole('button', { name: 'Add CIDR', exact: true }).click()
  const add = card(admin, 'Add CIDR')
  await add.getByLabel('Name').fill('lab')
  await add.getByLabel('Size').selectOption({ label: '/22 · 1\u202f022 addresses' })
  await expect(add.getByLabel('Prefix')).toHaveValue(net.at('4.0/22'))
  await add.getByRole('button', { name: 'Add CIDR' }).click()
  await expect(item(admin, 'lab')).toHaveAttribute('aria-selected', 'true')

  await item(admin, net.row.name).click()
  await choose(admin, net.row.name, 'Insert CIDR around children')
  const insert = card(admin, 'Insert CIDR')
  await insert.getByLabel('Name').fill('campus')
  await expect(insert.getByRole('button', { name: 'Insert CIDR' })).toHaveAttribute('aria-disabled', 'true')
  await insert.getByRole('checkbox', { name: /^lab/ }).check()
  await expect(insert.getByRole('radio', { name: new RegExp(net.at('0.0/21')) })).toBeChecked()
  await expect(insert).toContainText('Also takes in infra.')
  await expect(insert.getByRole('region', { name: 'Effect' })).toContainText('Who reaches whom stays as it is.')
  await insert.getByRole('button', { name: 'Insert CIDR' }).click()
  await expect(item(admin, 'campus')).toHaveAttribute('aria-level', '2')
  await expect(item(admin, 'lab')).toHaveAttribute('aria-level', '3')

  await item(admin, 'lab').click()
  await choose(admin, 'lab', 'Split into equal CIDRs')
  const split = card(admin, 'Split')
  await split.getByLabel(`Name of ${net.at('4.0/23')}`).fill('wet')
  await split.getByLabel(`Name of ${net.at('6.0/23')}`).fill('dry')
  await split.getByRole('button', { name: 'Split' }).click()
  await expect(item(admin, 'wet')).toHaveAccessibleName(`wet, ${net.at('4.0/23')}, no peers`)

  await item(admin, 'dry').click()
  await choose(admin, 'dry', 'Grow or shrink')
  const resize = card(admin, 'Grow or shrink')
  await resize.getByRole('radio', { name: new RegExp(net.at('6.0/25')) }).check()
  await resize.getByRole('button', { name: 'Resize' }).click()
  await expect(item(admin, 'dry')).toHaveAccessibleName(`dry, ${net.at('6.0/25')}, no peers`)

  await choose(admin, 'dry', 'Rename')
  const rename = card(admin, 'Rename')
  await rename.getByLabel('Name').fill('cellar')
  await rename.getByRole('button', { name: 'Rename' }).click()
  await expect(item(admin, 'cellar')).toHaveAttribute('aria-selected', 'true')

  await choose(admin, 'cellar', 'Isolate')
  await card(admin, 'Isolation').getByRole('button', { name: 'Isolate' }).click()
  await expect(item(admin, 'cellar')).toHaveAccessibleName(/isolated$/)

  await choose(admin, 'cellar', 'Delete')
  await admin.getByRole('alertdialog', { name: 'Delete cellar?' }).getByRole('button', { name: 'Delete CIDR' }).click()
  await expect(item(admin, 'cellar')).toHaveCount(0)
})

test('a size that does not fit says why, and what is full cannot be split', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.peer('ana', 'eng', '16.128')
  await admin.goto(net.path('tree?cidr=eng'))
  await choose(admin, 'eng', 'Grow or shrink')
  const wider = card(admin, 'Grow or shrink').getByRole('radio', { name: new RegExp(net.at('16.0/23')) })
  await expect(wider).toBeDisabled()
  await expect(wider).toHaveAccessibleDescription(`${net.at('16.0/23')} overlaps ops (${net.at('17.0/24')}).`)
  await admin.keyboard.press('Escape')
  await admin.getByRole('button', { name: 'Actions for eng', exact: true }).click()
  const split = admin.getByRole('menuitem', { name: /^Split/ })
  await expect(split).toBeDisabled()
  await expect(split).toContainText('Move ana first')
})

test('one CIDR is dragged onto another to associate them', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.peer('ana', 'eng', '16.1')
  await net.peer('olga', 'ops', '17.1')
  await admin.goto(net.path('tree'))
  await drag(admin, item(admin, 'eng'), item(admin, 'ops'))
  const form = card(admin, 'Associate')
  await expect(form.getByLabel('Associate eng with').locator('option:checked')).toContainText('ops')
  await expect(form.getByRole('region', { name: 'Effect' })).toContainText('+1 pairs')
  await form.getByRole('button', { name: 'Associate', exact: true }).click()
  await expect(admin.getByRole('list', { name: 'What eng may reach' })).toContainText('ops')

  await drag(admin, item(admin, 'ops'), item(admin, 'eng'))
  await expect(card(admin, 'Associate'), 'they are associated already').toHaveCount(0)
})

test('a peer is moved by dragging it from the panel, and by its menu', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.peer('ana', 'eng', '16.1')
  await admin.goto(net.path('tree?cidr=eng'))
  const peers = (cidr: string) => admin.getByRole('list', { name: `Peers of ${cidr}` })
  await drag(admin, peers('eng').getByText(net.at('16.1')), item(admin, 'ops'))
  const form = card(admin, 'Move peer')
  await expect(form).toContainText(`${net.at('16.1')} becomes ${net.at('17.1')}.`)
  await form.getByRole('button', { name: 'Move' }).click()
  await expect(item(admin, 'ops')).toHaveAccessibleName(/1 peers online$/)

  await item(admin, 'ops').click()
  await peers('ops').getByRole('button', { name: 'Actions for ana' }).focus()
  await admin.keyboard.press('Enter')
  await admin.getByRole('menuitem', { name: 'Move to another CIDR' }).click()
  await form.getByLabel('Move ana to').selectOption({ label: `eng · ${net.at('16.0/24')}` })
  await form.getByRole('button', { name: 'Move' }).click()
  await expect(item(admin, 'eng')).toHaveAccessibleName(/1 peers online$/)
})

test.describe('the map', () => {
  async function open(page: Page, net: Net) {
    await net.cidr('people', '128.0/17')
    await net.cidr('eng', '128.0/18', 'people')
    await net.peer('ana', 'eng', '128.1')
    await page.goto(net.path('tree?view=map'))
    await expect(item(page, 'eng')).toBeVisible()
  }

  test('offers free space to a click, and draws what will be there', async ({ admin, net }) => {
    await open(admin, net)
    await item(admin, net.row.name).focus()
    await admin.getByRole('button', { name: 'Add CIDR', exact: true }).click()
    const form = card(admin, 'Add CIDR')
    await form.getByLabel('Name').fill('lab')
    await form.getByLabel('Size').selectOption({ label: '/20 · 4\u202f094 addresses' })
    await admin.locator(`[data-free="${net.at('64.0/18')}"]`).click()
    await expect(form.getByLabel('Prefix')).toHaveValue(/\/20$/)
    await expect(form.getByLabel('Name')).toHaveValue('lab')
    const prefix = await form.getByLabel('Prefix').inputValue()
    await form.getByRole('button', { name: 'Add CIDR' }).click()
    await expect(item(admin, 'lab')).toHaveAccessibleName(`lab, ${prefix}, no peers`)
  })

  test('is zoomed into and out of, and walked by keys', async ({ admin, net }) => {
    await open(admin, net)
    const width = async () => (await item(admin, 'eng').boundingBox())?.width ?? 0
    const before = await width()
    await item(admin, 'eng').dblclick({ position: { x: 60, y: 60 } })
    await expect.poll(width).toBeGreaterThan(before * 1.3)
    await admin.getByRole('button', { name: 'Show all' }).click()
    await expect.poll(width).toBeCloseTo(before, 0)
    await item(admin, 'eng').focus()
    await admin.keyboard.press('ArrowLeft')
    await expect(item(admin, 'people')).toBeFocused()
    await admin.keyboard.press('+')
    await expect.poll(width).toBeGreaterThan(before)
    await admin.keyboard.press('Shift+Digit1')
    await expect.poll(width).toBeCloseTo(before, 0)
  })
})

test('the search within the page goes from hit to hit', async ({ admin, net }) => {
  await net.cidr('people', '16.0/20')
  await net.cidr('eng', '16.0/24', 'people')
  await net.cidr('ops', '17.0/24', 'people')
  await net.peer('ana', 'ops', '17.9')
  await admin.goto(net.path('tree'))
  await expect(item(admin, 'ops')).toBeVisible()
  await admin.keyboard.press('/')
  const find = admin.getByRole('textbox', { name: 'Find in the tree' })
  await expect(find).toBeFocused()
  await find.fill(net.at('17.'))
  await expect(admin.getByRole('search').getByRole('status')).toHaveText('2')
  await find.press('Enter')
  await expect(item(admin, 'ops')).toHaveAttribute('aria-selected', 'true')
  await find.press('Enter')
  await expect(admin.getByRole('search').getByRole('status')).toHaveText('2 of 2')
  await expect(admin.getByRole('list', { name: 'Peers of ops' })).toContainText('ana')
  await find.press('Escape')
  await expect(find).toHaveValue('')
})

test('what is collapsed stays so after a reload', async ({ admin, net }) => {
  await net.cidr('people', '16.0/20')
  await net.cidr('eng', '16.0/24', 'people')
  await admin.goto(net.path('tree?cidr=people'))
  await item(admin, 'people').focus()
  await admin.keyboard.press('ArrowLeft')
  await expect(item(admin, 'eng')).toHaveCount(0)
  await admin.reload()
  await expect(item(admin, 'people')).toHaveAttribute('aria-expanded', 'false')
  await expect(item(admin, 'eng')).toHaveCount(0)
})

test('a peer is added with the keyboard alone', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await admin.goto(net.path('tree'))
  await item(admin, net.row.name).focus()
  await admin.keyboard.type('eng')
  await expect(item(admin, 'eng')).toBeFocused()
  await admin.getByRole('button', { name: 'Add peer', exact: true }).focus()
  await admin.keyboard.press('Enter')
  const dialog = admin.getByRole('dialog', { name: 'Add peer' })
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await admin.keyboard.type('ben')
  await admin.keyboard.press('Enter')
  await expect(admin.getByRole('dialog', { name: 'Invitation for ben' })).toBeVisible()
})

test('on a phone the forms are in the sheet, and the map is the same', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/20')
  await admin.setViewportSize({ width: 390, height: 844 })
  await admin.goto(net.path('tree'))
  await item(admin, 'eng').click()
  const sheet = admin.getByRole('dialog', { name: 'Selected CIDR' })
  await sheet.getByRole('button', { name: 'Add CIDR inside' }).click()
  await sheet.getByLabel('Name').fill('lab')
  await sheet.getByRole('button', { name: 'Add CIDR', exact: true }).click()
  await expect(sheet.getByRole('heading', { name: 'lab' })).toBeVisible()
  await admin.keyboard.press('Escape')
  await admin.getByRole('radio', { name: 'Map' }).click()
  await expect(item(admin, 'lab')).toBeVisible()
  const width = await admin.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(390)
})

test('a finger that rests on a peer drags it out of the sheet', async ({ admin, net }) => {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.peer('ana', 'eng', '16.1')
  await admin.setViewportSize({ width: 390, height: 844 })
  await admin.goto(net.path('tree'))
  const target = await middleOf(item(admin, 'ops'))
  await item(admin, 'eng').click()
  const row = admin.getByRole('list', { name: 'Peers of eng' }).getByText(net.at('16.1'))
  await row.scrollIntoViewIfNeeded()
  const start = await middleOf(row)

  const device = await admin.context().newCDPSession(admin)
  await device.send('Emulation.setTouchEmulationEnabled', { enabled: true })
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: { x: number; y: number }[]) =>
    device.send('Input.dispatchTouchEvent', { type, touchPoints: points })
  await touch('touchStart', [start])
  await expect(admin.locator('html')).toHaveAttribute('data-dragging', 'peer')
  for (const share of [0.2, 0.5, 0.8, 1]) {
    const [x, y] = [start.x + (target.x - start.x) * share, start.y + (target.y - start.y) * share]
    await touch('touchMove', [{ x, y }])
  }
  await touch('touchEnd', [])
  await expect(card(admin, 'Move peer').getByLabel('Move ana to').locator('option:checked')).toContainText('ops')
})

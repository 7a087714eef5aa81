import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, type Net, test } from './fixtures.ts'
import { see } from './sightings.ts'
import { cutTo, tellTunnels, tunnelTo } from './tunnels.ts'

/** ana and ben in eng, cleo in ops, associated; one tunnel of each path. */
async function furnish(net: Net) {
  await net.cidr('eng', '16.0/24')
  await net.cidr('ops', '17.0/24')
  await net.associate('eng', 'ops')
  const ana = await net.peer('ana', 'eng', '16.1')
  const ben = await net.peer('ben', 'eng', '16.2')
  const cleo = await net.peer('cleo', 'ops', '17.1')
  await see(net, [ana, ben, cleo])
  await tellTunnels(net, ana, [tunnelTo(ben), tunnelTo(cleo, { via: 'relay' })])
  await tellTunnels(net, ben, [tunnelTo(ana), cutTo(cleo, ['198.51.100.9:4000'])])
  await tellTunnels(net, cleo, [tunnelTo(ana, { via: 'relay' }), cutTo(ben)])
  return { ana, ben, cleo }
}

const circle = (page: Page) => page.getByRole('listbox', { name: 'Peers around the circle' })
const legend = (page: Page) => page.getByRole('list', { name: 'Legend' })
const panel = (page: Page) => page.getByRole('complementary', { name: 'About the selection' })

/** The peer that the keyboard is on, as a screen reader says it. */
async function current(page: Page): Promise<string | null> {
  const id = await circle(page).getAttribute('aria-activedescendant')
  return page.locator(`[id="${id}"]`).textContent()
}

/** How far inside the shorter side of the drawing the peers are, in pixels: names and arcs have the rest. */
const RIM = 119

/** Moves the pointer around the circle until it is on a peer; answers where that is on the page. */
async function pointAt(page: Page, name: string): Promise<{ x: number; y: number }> {
  const bounds = await circle(page).boundingBox()
  if (!bounds) throw new Error('there is no drawing')
  const radius = Math.min(bounds.width, bounds.height) / 2 - RIM
  const told = page.getByRole('status', { name: 'Pointed at' })
  for (let degrees = 0; degrees < 360; degrees += 2) {
    const angle = (degrees * Math.PI) / 180
    const at = {
      x: bounds.x + bounds.width / 2 + radius * Math.sin(angle),
      y: bounds.y + bounds.height / 2 - radius * Math.cos(angle),
    }
    await page.mouse.move(at.x, at.y)
    // What is told is rendered with the next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    if ((await told.filter({ hasText: name }).count()) > 0) return at
  }
  throw new Error(`${name} is not on the circle`)
}

test('tunnels are told by path, live, and the circle is walked with the keyboard', async ({ admin, net }) => {
  const { ben, cleo } = await furnish(net)
  await admin.goto(net.path('graph'))
  await expect(legend(admin)).toContainText('direct1')
  await expect(legend(admin)).toContainText('relayed1')
  await expect(legend(admin)).toContainText('no handshake1')

  await circle(admin).focus()
  await admin.keyboard.press('Home')
  expect(await current(admin)).toContain('hub, infra')
  await admin.keyboard.press('ArrowRight')
  expect(await current(admin)).toBe('ana, eng, online, 2 tunnels: 1 relayed, 1 direct')
  await expect(admin.getByRole('status', { name: 'Pointed at' })).toContainText('ana')
  await admin.keyboard.press('PageDown')
  expect(await current(admin)).toContain('cleo, ops')
  await admin.keyboard.press('b')
  expect(await current(admin)).toContain('ben, eng')
  await admin.keyboard.press('Enter')
  await expect(panel(admin).getByRole('heading', { name: 'ben' })).toBeVisible()
  await expect(admin).toHaveURL(/peer=ben/)
  await expect(panel(admin).getByRole('list', { name: 'Tunnels of ben' }).getByRole('listitem')).toHaveCount(2)

  await admin.keyboard.press('c')
  await admin.keyboard.press('Shift+Enter')
  await expect(panel(admin)).toContainText('ben → cleo')
  await expect(panel(admin)).toContainText('ben and cleo find no path to each other: 1 endpoint tried, none answered.')

  // An agent tells something new, and the page has it without being asked.
  await tellTunnels(net, ben, [tunnelTo(cleo)])
  await expect(panel(admin)).toContainText('ben and cleo reach each other directly.')
  await expect(legend(admin)).toContainText('direct2')
  await admin.keyboard.press('Escape')
  await expect(panel(admin).getByRole('heading', { name: 'Tunnels' })).toBeVisible()
})

test('the pointer follows a peer, a click stays with it, a double click opens it', async ({ admin, net }) => {
  const { ana } = await furnish(net)
  await admin.goto(net.path('graph'))
  await expect(legend(admin)).toContainText('direct1')
  const at = await pointAt(admin, 'ana')
  const told = admin.getByRole('status', { name: 'Pointed at' })
  await expect(told).toContainText('2 tunnels: 1 relayed, 1 direct')
  await expect(panel(admin).getByRole('heading', { name: 'Tunnels' })).toBeVisible()
  await admin.mouse.click(at.x, at.y)
  await expect(panel(admin).getByRole('heading', { name: 'ana' })).toBeVisible()

  const other = await pointAt(admin, 'cleo')
  await admin.keyboard.down('Shift')
  await admin.mouse.click(other.x, other.y)
  await admin.keyboard.up('Shift')
  await expect(panel(admin)).toContainText('ana and cleo reach each other through a hub.')
  await expect(admin).toHaveURL(/peer=ana&to=cleo/)
  await admin.reload()
  await expect(panel(admin)).toContainText('ana → cleo')
  await expect(circle(admin)).toBeVisible()
  await admin.mouse.dblclick(at.x, at.y)
  await expect(admin).toHaveURL(net.path(`peers/${ana}`))
})

test('the switch shows what is allowed instead of what is live', async ({ admin, net }) => {
  await furnish(net)
  await admin.goto(net.path('graph'))
  await admin.getByRole('radio', { name: 'Allowed' }).click()
  // Three with the hub, and each of the three with the others.
  await expect(legend(admin)).toContainText('may reach each other6')
  await admin.goto(`${net.path('graph')}?view=allowed&peer=ana`)
  await expect(panel(admin).getByRole('list', { name: 'May reach of ana' }).getByRole('listitem')).toHaveCount(3)
})

test('a filter leaves what it is about, and the address keeps it', async ({ admin, net }) => {
  await furnish(net)
  await admin.goto(net.path('graph'))
  await admin.getByRole('button', { name: 'Filter' }).click()
  const filter = admin.getByRole('dialog', { name: 'Filter' })
  // The address holds the filter, and the box follows the address.
  for (const path of ['direct', 'no handshake']) {
    await filter.getByLabel(path).click()
    await expect(filter.getByLabel(path)).not.toBeChecked()
  }
  await expect(legend(admin)).toContainText('direct0')
  await expect(legend(admin)).toContainText('relayed1')
  await admin.reload()
  await admin.getByRole('button', { name: 'Filter: relayed' }).click()
  await filter.getByRole('button', { name: 'Show all' }).click()
  await filter.getByLabel('Tunnels of peers in').selectOption({ label: `ops · ${net.at('17.0/24')}` })
  await expect(legend(admin)).toContainText('direct0')
  await expect(legend(admin)).toContainText('no handshake1')
})

test('without peers the page says what is missing', async ({ admin, net }) => {
  await admin.goto(net.path('graph'))
  await expect(admin.getByText('There is nobody to have a tunnel with yet')).toBeVisible()
})

test('on a narrow screen the panel is a sheet', async ({ admin, net }) => {
  await furnish(net)
  await admin.setViewportSize({ width: 390, height: 844 })
  await admin.goto(`${net.path('graph')}?peer=ana&to=ben`)
  const sheet = admin.getByRole('dialog', { name: 'About the selection' })
  await expect(sheet).toContainText('ana and ben reach each other directly.')
  await admin.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await admin.getByRole('button', { name: 'About the selection' }).click()
  await expect(sheet).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`in ${colorScheme}, axe finds nothing on the graph and on a peer’s page`, async ({ admin, net }) => {
    const { ana } = await furnish(net)
    await admin.emulateMedia({ colorScheme })
    for (const page of ['graph', 'graph?peer=ana&to=cleo', 'graph?view=allowed&peer=ben', `peers/${ana}`]) {
      await admin.goto(net.path(page))
      await expect(admin.getByRole('heading', { level: 1 })).toBeVisible()
      await expect(circle(admin).or(admin.getByRole('list', { name: 'What ana reaches' }))).toBeVisible()
      const { violations } = await new AxeBuilder({ page: admin }).analyze()
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`),
        page,
      ).toEqual([])
    }
  })
}

import type { Page } from '@playwright/test'
import { createOwner } from '../../apps/console/src/server/setup/create-owner.ts'
import { openSetUp } from '../../apps/console/src/server/setup/open-set-up.ts'
import { Admin } from '../lab/admin.ts'
import type { Host } from '../lab/host.ts'
import { joinAll, type Member, settled, startDaemon, warren } from '../lab/member.ts'
import { both } from '../lab/reach.ts'
import { bringUp, type Stack } from '../lab/stack.ts'
import { publicHost } from '../lab/topology.ts'
import { until } from '../lab/until.ts'
import { startWeb, type Web } from '../lab/web.ts'
import { expect, signIn, test } from './fixtures.ts'
import { OWNER } from './stage.ts'

/** A hub, nodes and tunnels that are real, on a busy machine. In ms. */
const LAB_MS = 120_000
/** How long a change may take to be seen. What it really takes is measured in bench. */
const SEEN_MS = 30_000

test.describe('with a hub and nodes', () => {
  let stack: Stack
  let admin: Admin
  let web: Web
  let server: Member

  test.beforeAll(async () => {
    test.setTimeout(LAB_MS)
    stack = await bringUp()
    admin = new Admin(stack)
    await createOwner(stack.db, { ...OWNER, token: (await openSetUp(stack.db)) ?? '' })
    await admin.addCidr('laptops', '10.42.16.0/20')
    const host = await publicHost(stack.lab, stack.internet, { name: 'server', i: 20 })
    const [member] = await joinAll(admin, [{ host, name: 'server', cidr: 'laptops' }])
    if (!member) throw new Error('nobody joined')
    server = member
    web = await startWeb(stack.databaseUrl, 0)
  })
  test.afterAll(async () => {
    await web?.program.stop()
    await stack?.close()
  })

  test('a node that joins is seen without a reload, and is cut off from here', async ({ browser, quiet }) => {
    test.setTimeout(LAB_MS)
    const context = await browser.newContext({ baseURL: web.url })
    const page = await context.newPage()
    quiet(page)
    await signIn(page)
    await page.goto('/n/acme/tree?cidr=laptops')
    const laptop = await publicHost(stack.lab, stack.internet, { name: 'laptop', i: 21 })
    const pair = [{ name: 'ana-laptop', host: laptop }, server]

    await test.step('its token, as the page shows it, joins it', async () => {
      const token = await invite(page, 'ana-laptop')
      const { exitCode, stdout, stderr } = await warren(laptop, ['join', '-'], { input: token })
      expect([exitCode, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Joined acme as ana-laptop')
      await startDaemon(laptop)
    })

    await test.step('the page follows, step by step', async () => {
      const progress = page.getByRole('list', { name: 'Progress of joining' })
      for (const name of ['redeemed', 'handshake', 'view applied']) {
        const step = progress.getByRole('listitem').filter({ hasText: name })
        await expect(step.getByLabel('Done:')).toBeVisible({ timeout: SEEN_MS })
      }
      await page.getByRole('button', { name: 'Done' }).click()
      await expect(page.getByRole('treeitem', { name: /^laptops, .*, 2 of 2 peers online$/ })).toBeVisible()
    })

    await test.step('packets flow', async () => {
      expect(await settled(admin, pair)).toEqual(both('ana-laptop server'))
    })

    await test.step('disabled in the browser, its tunnels are cut', async () => {
      await page.getByRole('list', { name: 'Peers of laptops' }).getByRole('link', { name: 'ana-laptop' }).click()
      await page.getByRole('button', { name: 'Disable' }).click()
      await page.getByRole('dialog', { name: 'Disable ana-laptop?' }).getByRole('button', { name: 'Disable' }).click()
      await expect(page.getByText('Nobody: it is disabled')).toBeVisible()
      const { address } = await admin.peer('ana-laptop')
      expect(await until('the server to lose the laptop', () => silent(server.host, address), SEEN_MS)).toBe(true)
      expect(await settled(admin, pair)).toEqual([])
    })

    await test.step('enabled again, it is back', async () => {
      await page.getByRole('button', { name: 'Enable' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
      await expect(page.getByRole('button', { name: 'Disable' })).toBeVisible()
      expect(await settled(admin, pair)).toEqual(both('ana-laptop server'))
      await expect(page.getByText('current, proven')).toBeVisible({ timeout: SEEN_MS })
    })
    await context.close()
  })
})

/** Adds a peer by the form of the open CIDR; the dialog with its invitation stays open. */
async function invite(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Add peer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add peer' })
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByRole('button', { name: 'Add peer' }).click()
  const handout = page.getByRole('dialog', { name: `Invitation for ${name}` })
  return handout.getByRole('textbox', { name: 'Token' }).inputValue()
}

async function silent(host: Host, address: string): Promise<boolean> {
  const { exitCode } = await host.run('ping', ['-n', '-c', '1', '-W', '1', address])
  return exitCode !== 0
}

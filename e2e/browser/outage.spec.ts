import { expect, signIn, test } from './fixtures.ts'
import { plantNetwork } from './seed.ts'
import { openStage, type Stage } from './stage.ts'

/** The page asks for a sign of life every few seconds; a busy machine adds to that. */
const NOTICED_MS = 30_000

test.describe('with the database gone', () => {
  let stage: Stage
  test.beforeAll(async () => {
    stage = await openStage({ owner: true })
    await plantNetwork(stage.ctx, { name: 'acme', prefix: '10.42.0.0/16', listenPort: 51820 })
  })
  test.afterAll(() => stage.close())

  // Not watched for complaints: answers of 503 are what this is about.
  test('the page says how old it is, refuses cleanly, and recovers by itself', async ({ browser }) => {
    const context = await browser.newContext({ baseURL: stage.url })
    const page = await context.newPage()
    await signIn(page)
    await page.goto('/n/acme/tree')
    await page.getByRole('button', { name: 'Add CIDR', exact: true }).click()
    const form = page.getByRole('region', { name: 'Add CIDR' })
    await form.getByLabel('Name').fill('lab')

    await stage.database.stop()
    await expect(page.getByRole('note')).toContainText('Shown is how things stood at', { timeout: NOTICED_MS })
    await form.getByRole('button', { name: 'Add CIDR' }).click()
    await expect(form.getByRole('alert')).toContainText('database', { timeout: NOTICED_MS })
    await expect(page.getByRole('treeitem', { name: /^infra,/ })).toBeVisible()

    await stage.database.start()
    await expect(page.getByRole('note')).toHaveCount(0, { timeout: NOTICED_MS })
    await form.getByRole('button', { name: 'Add CIDR' }).click()
    await expect(page.getByRole('treeitem', { name: /^lab,/ })).toBeVisible()
    await context.close()
  })
})

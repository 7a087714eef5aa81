import { expect, test } from './fixtures.ts'
import { OWNER } from './stage.ts'

test.describe('signing in', () => {
  test('leads to the page that was asked for', async ({ page, net }) => {
    await page.goto(net.path('peers'))
    await expect(page).toHaveURL(/\/login\?from=/)
    await page.getByLabel('User name').fill(OWNER.name)
    await page.getByLabel('Password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(net.path('peers'))
    await expect(page.getByRole('grid', { name: 'Peers' })).toContainText('hub')
  })

  test('never leads to another site', async ({ page, stage }) => {
    await page.goto('/login?from=//example.org/')
    await page.getByLabel('User name').fill(OWNER.name)
    await page.getByLabel('Password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).not.toHaveURL(/\/login/)
    expect(page.url().startsWith(stage.url)).toBe(true)
  })

  test('is refused with a wrong password, without saying what was wrong', async ({ page }) => {
    await page.goto('/login')
    await page.getByLabel('User name').fill(OWNER.name)
    await page.getByLabel('Password').fill('wrong horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('main').getByRole('alert')).toHaveText('That name and password do not belong together.')
    await expect(page).toHaveURL('/login')
  })

  test('is refused after too many attempts', async ({ page }) => {
    await page.goto('/login')
    await page.getByLabel('User name').fill('mallory')
    await page.getByLabel('Password').fill('guess')
    const alert = page.getByRole('main').getByRole('alert')
    // Five are let through; after that even the right password is not looked at.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const answered = page.waitForResponse((response) => response.url().includes('/api/auth/callback/credentials'))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await answered
      await expect(alert).toHaveText('That name and password do not belong together.')
    }
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(alert).toHaveText(/^There were too many failed attempts; try again in \d+ minutes?\.$/)
  })

  test('ends with signing out', async ({ page, net }) => {
    await page.goto(net.path('tree'))
    await page.getByLabel('User name').fill(OWNER.name)
    await page.getByLabel('Password').fill(OWNER.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Appearance and account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await expect(page).toHaveURL('/login')
    await page.goto(net.path('tree'))
    await expect(page).toHaveURL(/\/login\?from=/)
  })
})

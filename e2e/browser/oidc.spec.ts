import { type Provider, startProvider } from '../../apps/console/test/server/oidc-provider.ts'
import { expect, test } from './fixtures.ts'
import { openStage, type Stage } from './stage.ts'

test.describe('an OpenID Connect provider', () => {
  let provider: Provider
  let stage: Stage
  test.beforeAll(async () => {
    provider = await startProvider()
    const env = {
      WARREN_OIDC_ISSUER: provider.issuer,
      WARREN_OIDC_CLIENT_ID: provider.clientId,
      WARREN_OIDC_CLIENT_SECRET: provider.clientSecret,
      WARREN_OIDC_NAME: 'Example',
    }
    stage = await openStage({ owner: true, env })
  })
  test.afterAll(async () => {
    await stage.close()
    await provider.close()
  })

  test('lets in whom an owner added, and leads to the page that was asked for', async ({ page }) => {
    await stage.db.prisma.user.create({ data: { name: 'erin@example.org', role: 'viewer' } })
    provider.next = { sub: 'e-1', email: 'erin@example.org', email_verified: true }
    await page.goto(`${stage.url}/account`)
    await page.getByRole('button', { name: 'Sign in with Example' }).click()
    await expect(page).toHaveURL(`${stage.url}/account`)
    await expect(page.getByText('Signed in as erin@example.org')).toBeVisible()
    await expect(page.getByText('You have no password here.')).toBeVisible()
  })

  test('refuses a stranger, and another identity for a name that is taken', async ({ page }) => {
    const enter = async (sub: string, email: string) => {
      provider.next = { sub, email, email_verified: true }
      await page.goto(`${stage.url}/login`)
      await page.getByRole('button', { name: 'Sign in with Example' }).click()
    }
    const alert = page.getByRole('main').getByRole('alert')
    await enter('m-1', 'mallory@example.org')
    await expect(alert).toHaveText('Your provider knows you, but nobody has added you here. Ask an owner.')
    await stage.db.prisma.user.create({
      data: { name: 'fred@example.org', role: 'viewer', oidcSubject: `${provider.issuer} f-1` },
    })
    await enter('m-1', 'fred@example.org')
    await expect(alert).toHaveText('Another identity of your provider is linked to that name already. Ask an owner.')
    expect(await stage.db.prisma.session.count({ where: { user: { name: 'fred@example.org' } } })).toBe(0)
  })
})

test('without a provider the login offers none', async ({ page }) => {
  await page.goto('/login')
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Sign in with/ })).toHaveCount(0)
})

import type { Page } from '@playwright/test'
import { codeOf, stepAt } from '../../apps/console/src/server/auth/totp.ts'
import { expect, test } from './fixtures.ts'
import { guest, PASSWORD, signedIn, typeLogin } from './guests.ts'

/** What a client may claim about where it is. */
const FORGED = { 'x-forwarded-for': '198.51.100.9', 'x-warren-source': '198.51.100.9' }

test.describe('one’s account', () => {
  test('is kept by a second factor: its code is asked for, and a recovery code will do', async ({
    browser,
    stage,
    page,
  }) => {
    const { name } = await guest(stage, 'viewer')
    const own = await signedIn(browser, stage, name)
    await own.goto('/account')
    await own.getByRole('button', { name: 'Set up…' }).click()
    const dialog = own.getByRole('dialog')
    await dialog.getByLabel('Present password').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await expect(dialog.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible()
    const secret = await secretOn(own)

    await dialog.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, stepAt(new Date())))
    await dialog.getByRole('button', { name: 'Turn on' }).click()
    const shown = own.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
    await expect(shown).toHaveCount(10)
    const codes = await shown.allInnerTexts()
    await own.getByRole('button', { name: 'I have kept them' }).click()
    await expect(own.getByText('10 recovery codes left')).toBeVisible()

    await test.step('a wrong code is refused beside it', async () => {
      await typeLogin(page, name)
      await expect(page.getByRole('heading', { name: 'Second factor' })).toBeVisible()
      await page.getByLabel('Code').fill('000000')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.getByRole('main').getByRole('alert')).toContainText('That code is not right')
    })

    await test.step('the code of the app lets in', async () => {
      // That of the step before was spent on turning it on; clocks may be one step off.
      await page.getByLabel('Code').fill(codeOf(secret, stepAt(new Date()) + 1))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).not.toHaveURL(/\/login/)
    })

    await test.step('so does a recovery code', async () => {
      await page.context().clearCookies()
      await typeLogin(page, name)
      await page.getByLabel('Code').fill(codes[0] ?? '')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page).not.toHaveURL(/\/login/)
      await page.goto('/account')
      await expect(page.getByText('9 recovery codes left')).toBeVisible()
    })
    await own.context().close()
  })

  test('ends a session of another browser, which is out with its next click', async ({ browser, stage }) => {
    const { name } = await guest(stage, 'viewer')
    const [here, there] = [await signedIn(browser, stage, name), await signedIn(browser, stage, name, FORGED)]
    await there.goto('/account')
    await expect(there.getByRole('list', { name: 'Sessions' }).getByRole('listitem')).toHaveCount(2)
    await here.goto('/account')
    const sessions = here.getByRole('list', { name: 'Sessions' })
    await expect(sessions.getByText('this one')).toHaveCount(1)
    // Where it came from is what the socket says, whatever a client writes into its headers.
    await expect(sessions).toContainText('127.0.0.1')
    await expect(sessions).not.toContainText('198.51.100.9')
    await sessions.getByRole('button', { name: /^End the session of/ }).click()
    await expect(sessions.getByRole('listitem')).toHaveCount(1)
    await there.goto('/account')
    await expect(there).toHaveURL(/\/login/)
    await expect(here.getByRole('heading', { name: 'Your account' })).toBeVisible()
    for (const page of [here, there]) await page.context().close()
  })

  test('gets another password, which ends the other sessions', async ({ browser, stage, page }) => {
    const { name } = await guest(stage, 'viewer')
    const [here, there] = [await signedIn(browser, stage, name), await signedIn(browser, stage, name)]
    await here.goto('/account')
    await here.getByLabel('Present password').fill('not this one')
    await here.getByLabel('New password').fill('a longer one now')
    await here.getByRole('button', { name: 'Change password' }).click()
    await expect(here.getByRole('main').getByRole('alert')).toHaveText('That is not your present password.')
    await here.getByLabel('Present password').fill(PASSWORD)
    await here.getByRole('button', { name: 'Change password' }).click()
    await expect(here.getByRole('status')).toHaveText('Your password is changed; 1 other session ended.')
    await there.goto('/account')
    await expect(there).toHaveURL(/\/login/)
    await typeLogin(page, name, 'a longer one now')
    await expect(page).not.toHaveURL(/\/login/)
    for (const one of [here, there]) await one.context().close()
  })

  test('makes a token that a program uses until it is revoked', async ({ browser, stage, net }) => {
    const { name } = await guest(stage, 'admin')
    const page = await signedIn(browser, stage, name)
    await page.goto('/account')
    await page.getByRole('button', { name: 'New token…' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('script')
    await dialog.getByLabel('Role').selectOption('viewer')
    await dialog.getByRole('button', { name: 'Make token' }).click()
    const token = await dialog.getByTestId('token').innerText()
    await dialog.getByRole('button', { name: 'Done' }).click()

    const ask = (path: string, body?: object) =>
      fetch(`${stage.url}/api/trpc/${path}`, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
      })
    const answer = await ask('network.list')
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain(net.row.name)
    // Its role is less than that of who made it; and no token manages tokens.
    expect((await ask('network.edit', { networkId: net.row.id, invitationHours: 5 })).status).toBe(403)
    expect((await ask('account.createToken', { name: 'more', role: 'viewer' })).status).toBe(403)

    const tokens = page.getByRole('list', { name: 'API tokens' })
    await page.reload()
    await expect(tokens).toContainText('used')
    await tokens.getByRole('button', { name: 'Revoke script' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke token' }).click()
    await expect(page.getByText('You have none.')).toBeVisible()
    expect((await ask('network.list')).status).toBe(401)
    await page.context().close()
  })

  test('says which peer one sits at', async ({ browser, stage, net }) => {
    const { name } = await guest(stage, 'viewer')
    await net.peer(`desk-${net.row.name}`, net.row.name, '9.9')
    const page = await signedIn(browser, stage, name)
    await page.goto('/account')
    await page.getByRole('button', { name: 'Choose' }).click()
    await page.getByLabel('Name or address').fill(`desk-${net.row.name}`)
    // Until it is narrowed down, the list holds others.
    const found = page.getByRole('list', { name: 'Peers found' })
    await found.getByRole('button', { name: `desk-${net.row.name}` }).click()
    await expect(page.getByRole('button', { name: 'Forget' })).toBeVisible()
    await page.reload()
    await expect(page.getByText(net.at('9.9'))).toBeVisible()
    await page.context().close()
  })
})

/** The secret under the QR code, as an app would read it. */
async function secretOn(page: Page): Promise<Buffer> {
  const label = await page.getByRole('button', { name: /^Copy secret/ }).getAttribute('aria-label')
  const letters = (label ?? '').replace('Copy secret', '').replace(/\s/g, '')
  const bits = [...letters].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  )
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

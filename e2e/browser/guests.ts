import type { Browser, Page } from '@playwright/test'
import type { Role, Subtree } from '@warren/protocol'
import { hashPassword } from '../../apps/console/src/server/auth/password.ts'
import type { Stage } from './stage.ts'

/** What all guests sign in with. */
export const PASSWORD = 'a password of a guest'
const passwordHash = hashPassword(PASSWORD)

let count = 0

/** A person besides the owner, as the database has them. Everyone gets a name of their own. */
export async function guest(
  stage: Stage,
  role: Role,
  subtree: Subtree | null = null,
): Promise<{ id: number; name: string }> {
  count += 1
  const bound = { subtreeNetworkId: subtree?.networkId ?? null, subtreeCidrId: subtree?.cidrId ?? null }
  const data = { name: `${role}-${count}`, role, passwordHash: await passwordHash, ...bound }
  return stage.db.prisma.user.create({ data, select: { id: true, name: true } })
}

/** A browser of their own, on the login page's other side; it sends these headers besides. */
export async function signedIn(
  browser: Browser,
  stage: Stage,
  name: string,
  extraHTTPHeaders: Record<string, string> = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: stage.url, extraHTTPHeaders })
  const page = await context.newPage()
  await typeLogin(page, name)
  await page.waitForURL((url) => url.pathname !== '/login')
  return page
}

/** Types name and password at the login, and sends them. */
export async function typeLogin(page: Page, name: string, password = PASSWORD): Promise<void> {
  await page.goto('/login')
  await page.getByLabel('User name').fill(name)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

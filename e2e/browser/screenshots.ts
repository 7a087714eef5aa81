import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import config from './playwright.config.ts'
import { plant, TONARI } from './seed.ts'
import { OWNER, openStage, type Stage } from './stage.ts'

/** Makes the pictures of README and docs from a seeded network, so that they stay true: npx tsx e2e/browser/screenshots.ts */
const folder = path.resolve(import.meta.dirname, '../../docs/screenshots')

type Picture = {
  name: string
  path: string
  dark?: true
  width?: number
  height?: number
  prepare?: (page: Page) => Promise<void>
}

const pictures: readonly Picture[] = [
  { name: 'tree-light', path: 'tree?cidr=eng', prepare: associate },
  { name: 'tree-dark', path: 'tree?cidr=eng', dark: true, prepare: associate },
  { name: 'map-light', path: 'tree?view=map&cidr=prod' },
  { name: 'graph-dark', path: 'graph?peer=kenji-x1', dark: true, prepare: drawn },
  { name: 'graph-light', path: 'graph?peer=kenji-x1', prepare: drawn },
  { name: 'access-light', path: 'access?a=kenji-x1&b=cams-3' },
  { name: 'peers-light', path: 'peers' },
  { name: 'overview-light', path: 'overview' },
  { name: 'invitation', path: 'tree?cidr=eng', prepare: invite },
]

async function associate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Associate with…' }).click()
  await page.getByLabel('Associate eng with').selectOption({ label: 'sites / tokyo · 10.42.128.0/19' })
  await page.getByRole('region', { name: 'Effect' }).waitFor()
  await page.getByLabel('Associate eng with').blur()
}

/** The graph is drawn on a canvas, which says nothing: its twin for screen readers is there when the peers are. */
async function drawn(page: Page): Promise<void> {
  await page.getByRole('complementary').getByText('kenji-x1').first().waitFor()
  await page.waitForTimeout(1000)
}

async function invite(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add peer' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add peer' })
  await dialog.getByLabel('Name').fill('sam-laptop')
  await dialog.getByRole('button', { name: 'Add peer' }).click()
  await page.getByRole('dialog', { name: 'Invitation for sam-laptop' }).waitFor()
}

async function take(browser: Browser, stage: Stage, picture: Picture): Promise<void> {
  const { name, path: page, dark = false, width = 1440, height = 900, prepare } = picture
  const context = await browser.newContext({
    baseURL: stage.url,
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  const tab = await context.newPage()
  await tab.goto(`/login?from=${encodeURIComponent(`/n/${TONARI.name}/${page}`)}`)
  await tab.getByLabel('User name').fill(OWNER.name)
  await tab.getByLabel('Password').fill(OWNER.password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor()
  await prepare?.(tab)
  await tab.evaluate(() => document.fonts.ready)
  await tab.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' })
  await context.close()
}

const stage = await openStage({ owner: true })
try {
  await plant(stage.ctx, TONARI)
  await mkdir(folder, { recursive: true })
  const browser = await chromium.launch(config.use?.launchOptions ?? {})
  for (const picture of pictures) await take(browser, stage, picture)
  await browser.close()
} finally {
  await stage.close()
}

import { test as base, expect, type Page } from '@playwright/test'
import { change, loadNetwork } from '@warren/db'
import type { CidrRow, NetworkRow } from '@warren/protocol'
import { createAssociation } from '../../apps/console/src/server/association/create-association.ts'
import { createCidr } from '../../apps/console/src/server/cidr/create-cidr.ts'
import { newKey, plantNetwork } from './seed.ts'
import { OWNER, openStage, type Stage } from './stage.ts'

/** A network of a test, and ways to furnish it without the browser. */
export type Net = {
  readonly row: NetworkRow
  readonly stage: Stage
  /** `tail` is what follows the network's first two bytes: `16.0/20` in 10.7.0.0/16 is 10.7.16.0/20. */
  cidr(name: string, tail: string, parent?: string): Promise<CidrRow>
  associate(a: string, b: string): Promise<void>
  /** Adds an agent that has joined. */
  peer(name: string, cidr: string, tail: string): Promise<number>
  /** An address or prefix of this network. */
  at(tail: string): string
  path(page: string): string
}

type Session = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>

type WorkerFixtures = { stage: Stage; session: Session }
type TestFixtures = { net: Net; admin: Page; quiet: (page: Page) => void }

/**
 * `stage`: a console with an owner, one for the whole run. `net`: a network for the test alone. `admin`: a page on which
 * that owner is signed in. Every page is watched: an error in its console fails the test.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const stage = await openStage({ owner: true })
      await use(stage)
      await stage.close()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  session: [
    async ({ stage, browser }, use) => {
      const context = await browser.newContext({ baseURL: stage.url })
      await signIn(await context.newPage())
      await use(await context.storageState())
      await context.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ stage }, use) => use(stage.url),
  net: async ({ stage }, use) => use(await makeNet(stage)),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
  quiet: async ({}, use) => {
    const faults: string[] = []
    await use((page) => watch(page, faults))
    expect(faults, 'what the browser complained about').toEqual([])
  },
  page: async ({ page, quiet }, use) => {
    quiet(page)
    await use(page)
  },
  admin: async ({ browser, session, stage, quiet }, use) => {
    const context = await browser.newContext({ storageState: session, baseURL: stage.url })
    const page = await context.newPage()
    quiet(page)
    await use(page)
    await context.close()
  },
})

export { expect }

/** Signs the owner in on a page of the console, by the form. */
export async function signIn(page: Page): Promise<void> {
  await page.goto('/login')
  await page.getByLabel('User name').fill(OWNER.name)
  await page.getByLabel('Password').fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL((url) => url.pathname !== '/login')
}

/** Collects what should never be seen: errors, broken policies, and requests to anywhere else. */
function watch(page: Page, faults: string[]): void {
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    // A refusal is an answer with a 4xx, which Chromium reports as if something had failed to load.
    const refusal = /^Failed to load resource: .* status of 4\d\d/.test(message.text())
    if (message.type() === 'error' && !refusal) faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') faults.push(`request to ${hostname}`)
  })
}

let made = 0

async function makeNet(stage: Stage): Promise<Net> {
  made += 1
  const nth = made
  const row = await plantNetwork(stage.ctx, {
    name: `net-${nth}`,
    prefix: `10.${nth}.0.0/16`,
    listenPort: 20_000 + nth,
  })
  const { ctx, db } = stage
  const at = (tail: string) => `10.${nth}.${tail}`
  const cidrId = async (name: string) => {
    const found = (await loadNetwork(db, row.id))?.cidrs.find((cidr) => cidr.name === name)
    if (!found) throw new Error(`there is no CIDR ${name}`)
    return found.id
  }
  return {
    row,
    stage,
    at,
    path: (page) => `/n/${row.name}/${page}`,
    async cidr(name, tail, parent = row.name) {
      const parentId = await cidrId(parent)
      return createCidr(ctx, { networkId: row.id, parentId, name, prefix: at(tail), isolated: false })
    },
    async associate(a, b) {
      await createAssociation(ctx, { networkId: row.id, a: await cidrId(a), b: await cidrId(b) })
    },
    async peer(name, cidr, tail) {
      const id = await cidrId(cidr)
      const { value } = await change(db, { networkId: row.id, actor: ctx.actor, kind: 'peer.created' }, (tx) =>
        tx.insert('peers', {
          cidrId: id,
          name,
          address: at(tail),
          kind: 'agent',
          publicKey: newKey(),
          enabled: true,
          isAdmin: false,
          listenPort: null,
          endpointOverride: null,
          redeemedAt: new Date().toISOString(),
          deletedAt: null,
        }),
      )
      return value.id
    },
  }
}

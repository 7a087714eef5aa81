import { performance } from 'node:perf_hooks'
import { chromium } from '@playwright/test'
import { change, loadNetwork, readStatus, saveStatus } from '@warren/db'
import config from '../../e2e/browser/playwright.config.ts'
import { LARGEST, plantLarge } from '../../e2e/browser/seed-large.ts'
import { OWNER, openStage, type Stage } from '../../e2e/browser/stage.ts'
import { type Figure, median, ms, printTable } from '../table.ts'
import { apiFigures } from './api.ts'
import { frameFigure, interactiveFigures, newTab, panned, typed, type Visitor } from './pages.ts'

/** The console with 10,000 peers in 2,000 CIDRs, as a browser meets it: the production build, a real Chromium. */
const path = (page: string) => `/n/${LARGEST.name}/${page}`
const TREE = { name: 'tree', path: path('tree'), shown: '[role="treeitem"]' }
const GRAPH = { name: 'graph', path: path('graph'), shown: 'canvas' }
const PEERS = { name: 'peers', path: path('peers'), shown: '[role="grid"][aria-label="Peers"] td' }

async function signIn(stage: Stage, visitor: Omit<Visitor, 'session'>): Promise<Visitor> {
  const context = await visitor.browser.newContext({ baseURL: stage.url })
  const tab = await context.newPage()
  await tab.goto('/login')
  await tab.getByLabel('User name').fill(OWNER.name)
  await tab.getByLabel('Password').fill(OWNER.password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.waitForURL((url) => url.pathname !== '/login')
  const session = await context.storageState()
  await context.close()
  return { ...visitor, session }
}

async function searchFigures(visitor: Visitor): Promise<Figure[]> {
  const tab = await newTab(visitor)
  await tab.goto(PEERS.path)
  await tab.getByLabel('Search peers').first().click()
  const filter = await typed(tab, 'laptop-40')
  await tab.getByLabel('Search peers').first().fill('')
  await tab.keyboard.press('Control+k')
  await tab.getByRole('dialog').getByRole('combobox').click()
  const jump = await typed(tab, 'laptop-40')
  await tab.context().close()
  return [
    { what: 'peers filter: a character', measured: ms(median(filter)), aim: 'aim < 50 ms' },
    { what: 'jump dialog: a character', measured: ms(median(jump)), aim: 'aim < 50 ms' },
  ]
}

/** Where both drawings show their ground, in a window of 1440 × 900. */
const EMPTY = { x: 800, y: 620 }

async function panFigures(visitor: Visitor): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const { name, path: at, shown } of [TREE, GRAPH]) {
    const tab = await newTab(visitor)
    await tab.goto(at)
    await tab.locator(shown).first().waitFor({ timeout: 60_000 })
    await tab.waitForTimeout(1500)
    figures.push(frameFigure(`panning the ${name}`, await panned(tab, EMPTY)))
    await tab.context().close()
  }
  return figures
}

const TURNS = 5

/** Milliseconds from a commit by somebody else until it is read on the page of a person who does nothing. */
async function liveFigures(stage: Stage, visitor: Visitor, networkId: number): Promise<Figure[]> {
  const { db, ctx } = stage
  const state = await loadNetwork(db, networkId)
  const peer = state?.peers.find(({ kind, redeemedAt, enabled }) => kind === 'agent' && redeemedAt !== null && enabled)
  const status = (await readStatus(db, networkId)).find(({ peerId }) => peerId === peer?.id)
  if (!peer || !status) throw new Error('there is no agent')
  const tab = await newTab(visitor)
  await tab.goto(path(`peers/${peer.id}`))
  const heading = tab.getByRole('heading', { level: 1 })
  await heading.waitFor()
  await tab.waitForTimeout(2000)
  const changes: number[] = []
  const turns: number[] = []
  for (let turn = 0; turn < TURNS; turn += 1) {
    const name = `renamed-${turn}`
    await change(db, { networkId, actor: ctx.actor, kind: 'peer.renamed' }, (tx) =>
      tx.update('peers', peer.id, { name }),
    )
    changes.push(await until(() => heading.filter({ hasText: name }).waitFor()))
    const online = turn % 2 === 1
    await saveStatus(db, networkId, [{ ...status, online }])
    const word = tab.getByText(online ? 'online' : 'offline', { exact: true }).first()
    turns.push(await until(() => word.waitFor()))
    await tab.waitForTimeout(1000)
  }
  await tab.context().close()
  return [
    { what: 'a change by somebody else is seen', measured: ms(median(changes)), aim: 'aim < 1,000 ms' },
    { what: 'an agent that comes or goes is seen', measured: ms(median(turns)), aim: 'aim < 1,000 ms' },
  ]
}

async function until(seen: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await seen()
  return performance.now() - begun
}

const stage = await openStage({ owner: true })
const browser = await chromium.launch(config.use?.launchOptions ?? {})
try {
  const planted = performance.now()
  const { id: networkId } = await plantLarge(stage.ctx, LARGEST)
  console.log(`planted in ${((performance.now() - planted) / 1000).toFixed(1)} s`)
  const visitor = await signIn(stage, { browser, baseURL: stage.url })
  const cookie = visitor.session.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const state = await loadNetwork(stage.db, networkId)
  const peerId = state?.peers.find(({ kind }) => kind === 'agent')?.id ?? 0
  const about = { networkId, peerId, revision: state?.revision ?? 1 }
  const title = `The console, ${LARGEST.peers} peers in ${LARGEST.cidrs} CIDRs`
  printTable(`${title}: what the pages ask (median of 9)`, await apiFigures({ url: stage.url, cookie }, about))
  printTable(
    `${title}: until a page can be used (median of 5 first visits)`,
    await interactiveFigures(visitor, [TREE, GRAPH, PEERS]),
  )
  printTable(`${title}: typing and panning`, [...(await searchFigures(visitor)), ...(await panFigures(visitor))])
  printTable(`${title}: what happens elsewhere (median of 5)`, await liveFigures(stage, visitor, networkId))
} finally {
  await browser.close()
  await stage.close()
}

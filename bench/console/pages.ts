import type { Browser, BrowserContext, Page } from '@playwright/test'
import { type Figure, median, ms, quantile } from '../table.ts'

const RUNS = 5

/** A page, and what is there when it shows the network. */
export type Sight = { readonly name: string; readonly path: string; readonly shown: string }

type Session = Awaited<ReturnType<BrowserContext['storageState']>>
export type Visitor = { readonly browser: Browser; readonly session: Session; readonly baseURL: string }

/** A tab of a browser that has never been here, but is signed in. */
export async function newTab({ browser, session, baseURL }: Visitor): Promise<Page> {
  const context = await browser.newContext({ storageState: session, baseURL, viewport: { width: 1440, height: 900 } })
  // What runs this file names functions by a helper that a page does not have.
  await context.addInitScript({ content: 'globalThis.__name = (made) => made' })
  return context.newPage()
}

/**
 * Milliseconds from the start of the navigation until a page shows the network and its thread is free: until the end of
 * the last task of 50 ms or more before a quiet third of a second.
 */
export async function interactiveAt(visitor: Visitor, { path, shown }: Sight): Promise<number> {
  const tab = await newTab(visitor)
  await tab.addInitScript((selector: string) => {
    let visible = 0
    let busyUntil = 0
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) busyUntil = Math.max(busyUntil, startTime + duration)
    }).observe({ type: 'longtask', buffered: true })
    const look = () => {
      if (visible === 0 && document.querySelector(selector)) visible = performance.now()
      const ready = Math.max(visible, busyUntil)
      if (visible > 0 && performance.now() - ready > 333) document.documentElement.dataset.interactiveAt = String(ready)
      else setTimeout(look, 8)
    }
    look()
  }, shown)
  await tab.goto(path, { waitUntil: 'commit' })
  const found = tab.locator('html[data-interactive-at]')
  await found.waitFor({ state: 'attached', timeout: 60_000 })
  const at = Number(await found.getAttribute('data-interactive-at'))
  await tab.context().close()
  return at
}

/** Time to interactive of each page: the middle one of several visits, each with nothing kept from before. */
export async function interactiveFigures(visitor: Visitor, sights: readonly Sight[]): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const sight of sights) {
    await interactiveAt(visitor, sight)
    const times: number[] = []
    for (let run = 0; run < RUNS; run += 1) times.push(await interactiveAt(visitor, sight))
    figures.push({ what: `${sight.name} interactive`, measured: ms(median(times)), aim: 'aim < 1,000 ms' })
  }
  return figures
}

/**
 * Milliseconds from a character typed into a field until what it finds is painted, for each character of `text`. The
 * field is the one that has the focus.
 */
export async function typed(tab: Page, text: string): Promise<number[]> {
  const times: number[] = []
  for (let length = 1; length <= text.length; length += 1) {
    const took = await tab.evaluate(
      async (value) => {
        const field = document.activeElement
        if (!(field instanceof HTMLInputElement)) throw new Error('no field has the focus')
        const begun = performance.now()
        // React listens to its own setter's absence: the value has to be set past it.
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, value)
        field.dispatchEvent(new Event('input', { bubbles: true }))
        await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
        return performance.now() - begun
      },
      text.slice(0, length),
    )
    times.push(took)
    // The next character comes when the page has come to rest, as from a person.
    await tab.waitForTimeout(250)
  }
  return times
}

/** Frame times in milliseconds while a drawing is dragged to and fro by the mouse, from a point of the window where it is empty. */
export async function panned(tab: Page, at: { x: number; y: number }): Promise<number[]> {
  const before = await tab.screenshot()
  await tab.mouse.move(at.x, at.y)
  await tab.mouse.down()
  const frames = tab.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = []
        let last = 0
        const frame = (now: number) => {
          if (last > 0) times.push(now - last)
          last = now
          if (times.length < 90) requestAnimationFrame(frame)
          else resolve(times)
        }
        requestAnimationFrame(frame)
      }),
  )
  for (let step = 0; step < 120; step += 1) {
    await tab.mouse.move(at.x + 160 * Math.sin(step / 9), at.y + 90 * Math.sin(step / 7))
  }
  const times = await frames
  await tab.mouse.move(at.x + 160, at.y - 90, { steps: 4 })
  // A drag that moves nothing would be a fast one.
  if (before.equals(await tab.screenshot())) throw new Error('the drawing was dragged and did not move')
  await tab.mouse.up()
  return times
}

/** A row on frame times: the middle one, and the one that one of twenty exceeds. */
export const frameFigure = (what: string, times: readonly number[]): Figure => ({
  what: `${what}: frame, middle and 95 %`,
  measured: `${ms(median(times))}, ${ms(quantile(times, 0.95))}`,
  aim: 'aim < 17 ms',
})

import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

/** What axe finds on a page, each with where. */
export async function findings(page: Page, rules: readonly string[] = []): Promise<string[]> {
  // Half-transparent text has half the contrast; it is looked at when what fades in has come to rest.
  await page.evaluate(async () => {
    const passing = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    await Promise.all(passing.map((one) => one.finished.catch(() => null)))
  })
  const axe = new AxeBuilder({ page })
  if (rules.length > 0) axe.withRules([...rules])
  const { violations } = await axe.analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
  )
}

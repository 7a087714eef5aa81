import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory of this test's own, gone when it ends. */
export async function temporaryDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'warren-agent-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** Waits until `holds` does, for as long as a busy machine may take. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('it did not become so')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

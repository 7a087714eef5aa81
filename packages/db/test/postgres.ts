import { TEST_SERVER, testServer } from '../src/testing.ts'

export { testDatabase } from '../src/testing.ts'

/** Vitest's globalSetup: one server for all files of a run. Returns how to stop it. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await testServer()
  process.env[TEST_SERVER] = server.url
  return () => server.stop()
}

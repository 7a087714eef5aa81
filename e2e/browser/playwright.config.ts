import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

/** The system's browser: Playwright's own would have to be downloaded. */
const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const executablePath = process.env.CHROMIUM ?? found

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  // One browser and one console at a time: two cores share them with Postgres.
  workers: 1,
  forbidOnly: true,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    actionTimeout: 15_000,
    viewport: { width: 1280, height: 800 },
    // A trace records every step of every test, which doubles their time; ask for it when one fails.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})

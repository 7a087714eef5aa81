import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build } from './build.mjs'
import { program, root } from './checkout.mjs'
import { install } from './install.mjs'
import { throughPassage } from './passage.mjs'
import { provideBrowser, provideHubTools, provideLabTools } from './system.mjs'

const vitest = (project, report) => [
  path.join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  `--project=${project}`,
  '--reporter=dot',
  '--reporter=json',
  `--outputFile.json=${report}`,
]

const playwright = () => [
  path.join(root, 'node_modules/@playwright/test/cli.js'),
  'test',
  '--config=e2e/browser/playwright.config.ts',
  '--reporter=line,json',
]

/**
 * The parts, quick ones first. `limitS`: the longest a part may take before it is ended; a hanging test must not hang
 * whoever waits for the result.
 */
const parts = {
  unit: { needs: async () => build(['generate']), args: vitest, counts: countVitest, limitS: 600 },
  db: { needs: async () => build(['generate']), args: vitest, counts: countVitest, limitS: 600 },
  mesh: {
    needs: async () => {
      await provideLabTools()
      await build()
    },
    args: vitest,
    counts: countVitest,
    limitS: 1500,
  },
  browser: {
    needs: async () => {
      await provideHubTools()
      await provideBrowser()
      await build()
    },
    args: playwright,
    counts: countPlaywright,
    limitS: 1500,
  },
}

function countVitest(report) {
  // A file that could not even be loaded has no tests to count, but it has failed.
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  // A test that passes only sometimes has not passed.
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** Colours belong on a terminal; in a log they bury the words. */
const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: '0' }

/** Runs a part's test program to its end or to its limit; resolves to its exit code. */
async function runProgram(name, report) {
  const { args, limitS } = parts[name]
  const child = spawn(process.execPath, args(name, report), {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report, NODE_ENV: 'test', ...colours },
  })
  const forward = (signal) => child.kill(signal)
  process.on('SIGINT', forward)
  process.on('SIGTERM', forward)
  const tooLong = setTimeout(() => {
    console.error(`The ${name} part took longer than ${limitS} s and is ended.`)
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 10_000).unref()
  }, limitS * 1000)
  const code = await new Promise((resolve) => child.once('close', (exit) => resolve(exit ?? 1)))
  clearTimeout(tooLong)
  process.off('SIGINT', forward)
  process.off('SIGTERM', forward)
  return code
}

/** The counts of one part. Whatever goes wrong outside a test counts as one failure, never as nothing. */
async function runPart(name, folder) {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1000)
  const report = path.join(folder, `${name}.json`)
  console.log(`\n== ${name}`)
  try {
    await parts[name].needs()
    const code = await runProgram(name, report)
    const counts = parts[name].counts(JSON.parse(readFileSync(report, 'utf8')))
    if (code !== 0 && counts.failed === 0) counts.failed = 1
    return { name, ...counts, seconds: seconds() }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return { name, passed: 0, failed: 1, skipped: 0, seconds: seconds() }
  }
}

function summary(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0)
  console.log('')
  for (const { name, passed, failed, skipped, seconds } of results) {
    console.log(`${name.padEnd(8)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`)
  }
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  return sum('failed')
}

async function main() {
  const asked = process.argv.slice(2)
  const unknown = asked.find((name) => !(name in parts))
  if (unknown) throw new Error(`There is no part ${unknown}; the parts are ${Object.keys(parts).join(', ')}.`)
  process.umask(0o022)
  await install()
  if (await throughPassage()) return
  const folder = mkdtempSync(path.join(os.tmpdir(), 'warren-test-'))
  const results = []
  for (const name of asked.length > 0 ? asked : Object.keys(parts)) results.push(await runPart(name, folder))
  rmSync(folder, { recursive: true })
  if (summary(results) > 0) process.exitCode = 1
}

await program(import.meta.url, main)

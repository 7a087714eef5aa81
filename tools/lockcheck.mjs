// An optional package that the lock does not name is one that the registry lacked when the lock was made: `npm ci` may
// fail then, or some platform goes without its binary.
import { readFileSync } from 'node:fs'

const { packages } = JSON.parse(readFileSync(process.argv[2] ?? 'package-lock.json', 'utf8'))

/** Where Node would look for `name` from the package at `where`, nearest first. */
function* places(where, name) {
  for (let at = where; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    yield `${at ? `${at}/` : ''}node_modules/${name}`
    if (at === '') return
    if (!at.includes('/node_modules/')) {
      yield `node_modules/${name}`
      return
    }
  }
}

const missing = Object.entries(packages).flatMap(([where, entry]) =>
  Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => ![...places(where, name)].some((place) => packages[place]))
    .map((name) => `${where}@${entry.version} -> ${name}`),
)
for (const line of missing) console.log(`${line} missing`)
console.log(`missing optional entries: ${missing.length}`)
if (missing.length > 0) process.exitCode = 1

// `behind-passage.mjs <program> <argument>…`, in a mount namespace of its own: makes the passage (see passage.mjs) and
// is that program from there on.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { giveUp, root } from './checkout.mjs'
import { closedOnTheWay, isClosed, MARK } from './passage.mjs'

/** What has to be put back below closed folders: for a path that is closed itself, the things in it. */
function needed(paths) {
  return paths.flatMap((file) => {
    const closed = closedOnTheWay(file)
    if (closed === undefined) return []
    const isItself = statSync(file).isDirectory() && isClosed(file)
    const inside = isItself ? readdirSync(file).map((name) => path.join(file, name)) : [file]
    return inside.map((source) => ({ source, closed }))
  })
}

function mount(...args) {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}

/** Runs in the new namespace: hides each closed folder behind an empty one that holds what is needed. */
function rearrange(paths) {
  const things = needed(paths)
  const stage = '/run/warren/stage'
  mkdirSync(stage, { recursive: true })
  mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', stage)
  const place = (file, source) => {
    if (statSync(source).isDirectory()) return mkdirSync(file, { recursive: true })
    mkdirSync(path.dirname(file), { recursive: true })
    return writeFileSync(file, '')
  }
  things.forEach(({ source }, i) => {
    place(`${stage}/${i}`, source)
    mount('--rbind', source, `${stage}/${i}`)
  })
  for (const closed of new Set(things.map((thing) => thing.closed))) {
    mount('-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs', closed)
  }
  things.forEach(({ source }, i) => {
    place(source, `${stage}/${i}`)
    mount('--move', `${stage}/${i}`, source)
  })
  spawnSync('umount', ['-l', stage])
  rmdirSync(stage)
  process.chdir(root)
}

const [target, ...args] = process.argv.slice(2)
try {
  rearrange(JSON.parse(process.env[MARK] ?? '[]'))
} catch (error) {
  giveUp(error.message)
}
process.argv = [process.argv[0], target, ...args]
await import(target)

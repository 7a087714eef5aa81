import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { Failure } from '../failure.ts'
import { reasonOf } from '../system/files.ts'
import type { ServicePlaces } from './places.ts'

/** What runs now: this Node, and the agent's bundle. */
export type Running = { readonly node: string; readonly bundle: string }

/**
 * Puts what runs now where services find it: the bundle, the command, and a copy of Node where that lies in a folder that
 * services cannot see. Each file is replaced at once. True when any of them was another one. @throws Failure (state)
 */
export async function placeProgram({ lib, bin }: ServicePlaces, running: Running): Promise<boolean> {
  const bundle = `${lib}/warren.cjs`
  const node = isPrivate(running.node) ? `${lib}/node` : running.node
  const changed = [
    await placeCopy(running.bundle, bundle, 0o644),
    node === running.node ? false : await placeCopy(running.node, node, 0o755),
    await placeText(`#!/bin/sh\nexec "${node}" ${bundle} "$@"\n`, `${bin}/warren`, 0o755),
  ]
  return changed.some(Boolean)
}

/** ProtectHome= of systemd.exec(5) hides the first three, PrivateTmp= the others. */
const isPrivate = (file: string): boolean => /^\/(home|root|run\/user|tmp|var\/tmp)\//.test(file)

async function placeCopy(from: string, to: string, mode: number): Promise<boolean> {
  const [source, target] = await Promise.all([realpath(from), realpath(to).catch(() => to)])
  if (source === target) return false
  const [wanted, present] = await Promise.all([readFile(source), readFile(to).catch(() => null)])
  if (present?.equals(wanted)) return false
  await replace(to, mode, (draft) => copyFile(source, draft))
  return true
}

/** Writes a text where it is not there yet; true when it was not. @throws Failure (state) */
export async function placeText(text: string, to: string, mode = 0o644): Promise<boolean> {
  if ((await readFile(to, 'utf8').catch(() => null)) === text) return false
  await replace(to, mode, (draft) => writeFile(draft, text))
  return true
}

async function replace(to: string, mode: number, make: (draft: string) => Promise<void>): Promise<void> {
  const folder = to.slice(0, to.lastIndexOf('/'))
  const draft = `${folder}/.${to.slice(folder.length + 1)}.${randomBytes(4).toString('hex')}`
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    await make(draft)
    await chmod(draft, mode)
    await rename(draft, to)
  } catch (error) {
    await rm(draft, { force: true })
    throw new Failure('state', `${to} cannot be written: ${reasonOf(error)}.`)
  }
}

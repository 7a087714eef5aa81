import { access, rm } from 'node:fs/promises'
import { completions } from '../commands/completion.ts'
import { manPage } from '../commands/man.ts'
import type { Outline } from '../commands/outline.ts'
import type { ServicePlaces } from './places.ts'
import { placeText } from './program-files.ts'

/**
 * The man page and the shells' completions, by where man-db, bash-completion, zsh and fish look for what an administrator
 * puts in place, below /usr/local/share.
 */
export const manualOf = (outline: Outline): Readonly<Record<string, string>> => ({
  'man/man1/warren.1': manPage(outline),
  'bash-completion/completions/warren': completions.bash(outline),
  'zsh/site-functions/_warren': completions.zsh(outline),
  'fish/vendor_completions.d/warren.fish': completions.fish(outline),
})

/** Puts these files in place; true when any was another one. @throws Failure (state) */
export async function placeManual(
  { share }: ServicePlaces,
  manual: Readonly<Record<string, string>>,
): Promise<boolean> {
  let changed = false
  for (const [file, text] of Object.entries(manual)) {
    if (await placeText(text, `${share}/${file}`)) changed = true
  }
  return changed
}

/** Takes these files away; folders stay, as others may use them. True when there was one. */
export async function removeManual(
  { share }: ServicePlaces,
  manual: Readonly<Record<string, string>>,
): Promise<boolean> {
  let changed = false
  for (const file of Object.keys(manual)) {
    const there = await access(`${share}/${file}`).then(
      () => true,
      () => false,
    )
    await rm(`${share}/${file}`, { force: true })
    changed ||= there
  }
  return changed
}

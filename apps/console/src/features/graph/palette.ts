import type { Path } from './strands.ts'

const names = ['ground', 'card', 'ink', 'muted', 'faint', 'hairline', 'edge', 'accent', 'relayed', 'danger'] as const

/** The theme's colours and faces, for a canvas, which knows no CSS variables. */
export type Palette = Readonly<Record<(typeof names)[number], string>> & {
  readonly sans: string
  readonly mono: string
  /** The accent, quieter: for many lines at once. */
  readonly calm: string
}

/** Reads the tokens of globals.css as they are on this element now. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const colours = Object.fromEntries(names.map((name) => [name, token(name)])) as Record<(typeof names)[number], string>
  return {
    ...colours,
    sans: style.fontFamily,
    mono: token('font-geist-mono') || 'ui-monospace, monospace',
    calm: mixed(colours.accent, colours.edge, CALM),
  }
}

/** How much of the accent is left in its quieter form. */
const CALM = 0.5

/** A colour between two that are written as six hexadecimal digits; `share` of the first. */
function mixed(one: string, other: string, share: number): string {
  const part = (text: string, at: number) => Number.parseInt(text.slice(1 + 2 * at, 3 + 2 * at), 16)
  const parts = [0, 1, 2].map((at) => Math.round(part(one, at) * share + part(other, at) * (1 - share)))
  return `rgb(${parts.join(' ')})`
}

/** The colour of a path, as in the legend; with `calm` that of a line among many. */
export function pathColour(palette: Palette, path: Path, calm: boolean): string {
  switch (path) {
    case 'none':
      return palette.edge
    case 'direct':
    case 'allowed':
      return calm ? palette.calm : palette.accent
    case 'relayed':
      return palette.relayed
  }
}

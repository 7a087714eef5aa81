import type { Path } from './strands.ts'

const names = ['ground', 'card', 'ink', 'muted', 'faint', 'hairline', 'edge', 'accent', 'relayed', 'danger'] as const

/** The theme's colours and faces, for a canvas, which knows no CSS variables. */
export type Palette = Readonly<Record<(typeof names)[number], string>> & {
  readonly sans: string
  readonly mono: string
  readonly dark: boolean
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
    dark: style.colorScheme.includes('dark'),
  }
}

/** The colour of a path, as in the legend. */
export function pathColour(palette: Palette, path: Path): string {
  switch (path) {
    case 'none':
      return palette.edge
    case 'direct':
    case 'allowed':
      return palette.accent
    case 'relayed':
      return palette.relayed
  }
}

import type { Path } from './strands.ts'

const strokes: Record<Path, string> = {
  direct: 'stroke-accent',
  allowed: 'stroke-accent',
  relayed: 'stroke-relayed',
  none: 'stroke-edge',
}

/** How a path looks in the drawing; its word stands beside it. A relayed one has a dot for the hub in the middle. */
export function PathSwatch({ path }: { path: Path }) {
  return (
    <svg aria-hidden width="20" height="6" className="shrink-0">
      <line
        x1="1"
        x2="19"
        y1="3"
        y2="3"
        strokeWidth="2"
        className={strokes[path]}
        {...(path === 'none' ? { strokeDasharray: '4 3' } : {})}
      />
      {path === 'relayed' && <circle cx="10" cy="3" r="2.75" className="fill-relayed" />}
    </svg>
  )
}

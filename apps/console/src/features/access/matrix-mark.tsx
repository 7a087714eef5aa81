import type { Mark } from './matrix-cells.ts'

/** A mark as a shape of 12 px; shape tells apart what colour does not. */
export function MatrixMark({ mark }: { mark: Mark }) {
  return (
    <svg aria-hidden viewBox="0 0 12 12" className="size-3">
      {shapes[mark]}
    </svg>
  )
}

const shapes: Readonly<Record<Mark, React.ReactNode>> = {
  own: <circle cx="6" cy="6" r="4.5" className="fill-accent" />,
  inherited: <circle cx="6" cy="6" r="3.75" className="fill-none stroke-accent" strokeWidth="1.5" />,
  same: <rect x="3" y="3" width="6" height="6" rx="1" className="fill-edge" />,
  above: <path d="M2.5 6h7" className="stroke-edge" strokeWidth="1.5" />,
  isolated: <path d="M3 3l6 6M9 3l-6 6" className="stroke-danger" strokeWidth="1.5" />,
  all: <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" className="fill-accent" />,
  some: (
    <>
      <rect x="2" y="2" width="8" height="8" rx="1.5" className="fill-none stroke-accent" />
      <path d="M2 10L10 2v6.5A1.5 1.5 0 0 1 8.500 10z" className="fill-accent" />
    </>
  ),
  none: <circle cx="6" cy="6" r="0.75" className="fill-faint" />,
}

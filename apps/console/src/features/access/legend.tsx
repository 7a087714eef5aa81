import { type Mark, markWords } from './matrix-cells.ts'
import { MatrixMark } from './matrix-mark.tsx'

const listed: readonly Mark[] = ['own', 'inherited', 'same', 'above', 'isolated', 'all', 'some', 'none']

/** What the marks of the matrix mean. */
export function Legend() {
  return (
    <ul aria-label="Legend" className="flex shrink-0 flex-wrap gap-x-4 gap-y-1 border-t px-4 py-2 text-sm text-muted">
      {listed.map((mark) => (
        <li key={mark} className="flex items-center gap-1.5">
          <MatrixMark mark={mark} />
          {markWords[mark]}
        </li>
      ))}
      <li className="w-full">A hub reaches every peer, and being an admin adds nothing. Nothing is transitive.</li>
    </ul>
  )
}

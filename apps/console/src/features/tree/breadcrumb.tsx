import type { Tree } from '@warren/cidr'
import { Fragment } from 'react'

type BreadcrumbProps = { tree: Tree; selected: number; onSelect: (id: number) => void }

/** The way from the root to the selection. */
export function Breadcrumb({ tree, selected, onSelect }: BreadcrumbProps) {
  const path = tree.ancestors(selected).toReversed()
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <span className="sr-only">Tree: </span>
      {path.map((node, at) => (
        <Fragment key={node.id}>
          {at > 0 && (
            <span aria-hidden className="hidden text-muted nav:inline">
              /
            </span>
          )}
          {node.id === selected ? (
            <span className="truncate font-medium">{node.name}</span>
          ) : (
            <button
              type="button"
              onClick={() => onSelect(node.id)}
              className="hidden truncate font-normal text-muted hover:text-ink nav:inline"
            >
              {node.name}
            </button>
          )}
        </Fragment>
      ))}
    </span>
  )
}

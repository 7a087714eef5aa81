'use client'

import {
  createContext,
  type ReactNode,
  type PointerEvent as ReactPointerEvent,
  useCallback,
  useContext,
  useRef,
  useState,
} from 'react'
import { type Begun, type Load, useDragging, useStillPage } from './use-dragging.ts'

export type { Load } from './use-dragging.ts'

type Grip = { 'data-grip': true; onPointerDown: (event: ReactPointerEvent<HTMLElement | SVGElement>) => void }
type DragContext = (load: Load) => Grip | Record<string, never>

const Current = createContext<DragContext>(() => ({}))

/** Answers what to spread on an element by which a CIDR or a peer can be dragged. */
export const useGrip = (): DragContext => useContext(Current)

type ProviderProps = {
  /** What dropping there would do, in a few words, and whether it may be done. */
  tell: (load: Load, over: number | null) => { text: string; allowed: boolean }
  onDrop: (load: Load, over: number) => void
  children: ReactNode
}

/**
 * Lets things be dragged onto whatever carries `data-cidr`: with a mouse at once, with a finger after a long press, so
 * that it can still pan. Escape gives up. While something is dragged, `data-dragging` stands on the root element.
 */
export function DragProvider({ tell, onDrop, children }: ProviderProps) {
  const [begun, setBegun] = useState<Begun | null>(null)
  useStillPage()
  const grip = useCallback<DragContext>(
    (load) => ({
      'data-grip': true,
      onPointerDown: (event) => {
        if (event.button !== 0 || event.ctrlKey) return
        setBegun({ load, x: event.clientX, y: event.clientY, touch: event.pointerType === 'touch' })
      },
    }),
    [],
  )
  return (
    <Current.Provider value={grip}>
      {children}
      {begun && (
        <Dragging
          key={`${begun.x} ${begun.y}`}
          begun={begun}
          tell={tell}
          onEnd={(over) => {
            setBegun(null)
            if (over !== null) onDrop(begun.load, over)
          }}
        />
      )}
    </Current.Provider>
  )
}

type DraggingProps = Pick<ProviderProps, 'tell'> & { begun: Begun; onEnd: (over: number | null) => void }

/** The line from where it began, and a chip at the pointer that says what letting go would do. */
function Dragging({ begun, tell, onEnd }: DraggingProps) {
  const [over, setOver] = useState<number | null>(null)
  const chip = useRef<HTMLDivElement>(null)
  const line = useRef<SVGLineElement>(null)
  const { text, allowed } = tell(begun.load, over)
  const active = useDragging({
    begun,
    chip,
    line,
    setOver,
    onEnd: (id) => onEnd(id !== null && tell(begun.load, id).allowed ? id : null),
  })
  return (
    <div aria-hidden className={active ? 'pointer-events-none fixed inset-0 z-50' : 'hidden'}>
      <svg aria-hidden className="absolute inset-0 size-full">
        <line
          ref={line}
          x1={begun.x}
          y1={begun.y}
          x2={begun.x}
          y2={begun.y}
          strokeDasharray="3 4"
          strokeLinecap="round"
          className={allowed || over === null ? 'stroke-accent stroke-[1.5]' : 'stroke-faint stroke-[1.5]'}
        />
        <circle cx={begun.x} cy={begun.y} r={3} className="fill-accent" />
      </svg>
      <div ref={chip} className="absolute top-0 left-0">
        <span className="absolute top-3 left-3 w-max max-w-72 rounded-md bg-solid px-2 py-1 text-sm text-on-solid shadow-float">
          {text}
        </span>
      </div>
    </div>
  )
}

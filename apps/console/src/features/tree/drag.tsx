'use client'

import {
  createContext,
  type ReactNode,
  type PointerEvent as ReactPointerEvent,
  type RefObject,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'

/** What is being dragged: a CIDR onto another to associate them, or a peer to another CIDR to move it. */
export type Load = { readonly kind: 'cidr' | 'peer'; readonly id: number }

type Begun = { load: Load; x: number; y: number; touch: boolean }

/** Less than this is a click with an unsteady hand, in pixels. */
const UNSTEADY = 6
/** How long a finger rests on a thing before it is dragged and not the page, in milliseconds. */
const LONG_PRESS_MS = 350

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

type UseDragging = {
  begun: Begun
  chip: RefObject<HTMLElement | null>
  line: RefObject<SVGLineElement | null>
  setOver: (id: number | null) => void
  onEnd: (over: number | null) => void
}

/** Follows the pointer until it is let go; answers whether it is a drag already. */
function useDragging({ begun, chip, line, setOver, onEnd }: UseDragging): boolean {
  const [active, setActive] = useState(false)
  const end = useRef(onEnd)
  end.current = onEnd
  const target = useMemo(() => markedTarget(), [])

  useEffect(() => {
    let on = false
    const start = () => {
      on = true
      document.documentElement.setAttribute('data-dragging', begun.load.kind)
      setActive(true)
    }
    const finish = (over: number | null) => {
      if (on) swallowClick()
      end.current(over)
    }
    const timer = begun.touch ? setTimeout(start, LONG_PRESS_MS) : undefined
    const onMove = (event: PointerEvent) => {
      const far = Math.hypot(event.clientX - begun.x, event.clientY - begun.y) >= UNSTEADY
      if (!on && far && begun.touch) return finish(null)
      if (!on && far) start()
      if (!on) return
      place(chip.current, line.current, event)
      setOver(target.at(event.clientX, event.clientY))
    }
    const onUp = (event: PointerEvent) => finish(on ? target.at(event.clientX, event.clientY) : null)
    const onCancel = () => finish(null)
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !on) return
      event.stopPropagation()
      finish(null)
    }
    // Once a finger drags a thing, the page must not scroll along.
    const onTouch = (event: TouchEvent) => on && event.preventDefault()
    const off = listen({ onMove, onUp, onCancel, onKey, onTouch })
    return () => {
      clearTimeout(timer)
      off()
      target.clear()
      document.documentElement.removeAttribute('data-dragging')
    }
  }, [begun, chip, line, setOver, target])
  return active
}

function place(chip: HTMLElement | null, line: SVGLineElement | null, { clientX, clientY }: PointerEvent): void {
  if (chip) chip.style.transform = `translate(${clientX}px, ${clientY}px)`
  line?.setAttribute('x2', String(clientX))
  line?.setAttribute('y2', String(clientY))
}

/** Finds the CIDR under a point and marks its element with `data-over`, which no component has to render for. */
function markedTarget() {
  let marked: Element | null = null
  const mark = (element: Element | null) => {
    if (element === marked) return
    marked?.removeAttribute('data-over')
    element?.setAttribute('data-over', '')
    marked = element
  }
  return {
    at: (x: number, y: number): number | null => {
      const element = document.elementFromPoint(x, y)?.closest('[data-cidr]') ?? null
      mark(element)
      return element ? Number(element.getAttribute('data-cidr')) : null
    },
    clear: () => mark(null),
  }
}

type Listeners = {
  onMove: (event: PointerEvent) => void
  onUp: (event: PointerEvent) => void
  onCancel: () => void
  onKey: (event: KeyboardEvent) => void
  onTouch: (event: TouchEvent) => void
}

function listen({ onMove, onUp, onCancel, onKey, onTouch }: Listeners): () => void {
  const stop = new AbortController()
  const { signal } = stop
  window.addEventListener('pointermove', onMove, { signal })
  window.addEventListener('pointerup', onUp, { signal })
  window.addEventListener('pointercancel', onCancel, { signal })
  window.addEventListener('keydown', onKey, { signal, capture: true })
  window.addEventListener('touchmove', onTouch, { signal, passive: false })
  return () => stop.abort()
}

/** The click that follows a drag is its end and asks for nothing. */
function swallowClick(): void {
  const stop = (event: Event) => event.stopPropagation()
  window.addEventListener('click', stop, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }), 50)
}

'use client'

import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'

/** What is being dragged: a CIDR onto another to associate them, or a peer to another CIDR to move it. */
export type Load = { readonly kind: 'cidr' | 'peer'; readonly id: number }

/** Where a drag may have begun: it is one when the pointer has moved, or a finger has rested. */
export type Begun = { readonly load: Load; readonly x: number; readonly y: number; readonly touch: boolean }

/** Less than this is a click with an unsteady hand, in pixels. */
const UNSTEADY = 6
/** How long a finger rests on a thing before it is dragged and not the page, in milliseconds. */
const LONG_PRESS_MS = 350

type UseDragging = {
  begun: Begun
  chip: RefObject<HTMLElement | null>
  line: RefObject<SVGLineElement | null>
  setOver: (id: number | null) => void
  onEnd: (over: number | null) => void
}

/** Follows the pointer until it is let go; answers whether it is a drag already. */
export function useDragging({ begun, chip, line, setOver, onEnd }: UseDragging): boolean {
  const [active, setActive] = useState(false)
  const end = useRef(onEnd)
  end.current = onEnd
  const target = useMemo(() => markedTarget(), [])

  useEffect(() => {
    let on = false
    const shut = document.body.style.pointerEvents
    const start = () => {
      on = true
      // What floats above the page steps aside while this stands there; a modal one also shuts the page off for pointers.
      document.documentElement.setAttribute('data-dragging', begun.load.kind)
      document.body.style.pointerEvents = 'auto'
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
    // Nor must the browser offer to open or copy what the finger rests on.
    const onMenu = (event: Event) => begun.touch && event.preventDefault()
    const off = listen({ onMove, onUp, onCancel, onKey, onMenu })
    return () => {
      clearTimeout(timer)
      off()
      if (on) document.body.style.pointerEvents = shut
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
  onMenu: (event: Event) => void
}

function listen({ onMove, onUp, onCancel, onKey, onMenu }: Listeners): () => void {
  const stop = new AbortController()
  const { signal } = stop
  window.addEventListener('pointermove', onMove, { signal })
  window.addEventListener('pointerup', onUp, { signal })
  window.addEventListener('pointercancel', onCancel, { signal })
  window.addEventListener('keydown', onKey, { signal, capture: true })
  window.addEventListener('contextmenu', onMenu, { signal })
  return () => stop.abort()
}

/**
 * Keeps the page from scrolling along with a finger that drags a thing. Browsers decide when a finger comes down whether
 * its movements can be held back, so this has to stand before that.
 */
export function useStillPage(): void {
  useEffect(() => {
    const hold = (event: TouchEvent) => {
      if (event.cancelable && document.documentElement.hasAttribute('data-dragging')) event.preventDefault()
    }
    window.addEventListener('touchmove', hold, { passive: false })
    return () => window.removeEventListener('touchmove', hold)
  }, [])
}

/** The click that follows a drag is its end and asks for nothing. */
function swallowClick(): void {
  const stop = (event: Event) => event.stopPropagation()
  window.addEventListener('click', stop, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', stop, { capture: true }), 50)
}

/**
 * For a window that opens: focuses the window itself, unless something in it asked for the focus. Radix would take the
 * first button, which is mostly Close: one keypress from losing what was just opened.
 */
export function focusItself(event: Event): void {
  event.preventDefault()
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus()
}

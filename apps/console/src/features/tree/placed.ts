import type { Box } from './camera.ts'

/** Puts an element where a box of a drawing is. A transform moves without a layout of the page. */
export const placed = ({ x, y, width, height }: Box) => ({ transform: `translate(${x}px, ${y}px)`, width, height })

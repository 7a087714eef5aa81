import type { Locator } from '@playwright/test'
import jsQR from 'jsqr'

/** Pixels to a side: several for each module, as a camera would see. */
const SIDE = 560

/** The text that a drawn QR code says to a reader, from its pixels. */
export async function readQr(code: Locator): Promise<string> {
  const pixels = await code.evaluate(async (element, side) => {
    const svg = element.cloneNode(true) as SVGElement
    svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
    svg.setAttribute('width', String(side))
    svg.setAttribute('height', String(side))
    const image = new Image(side, side)
    image.src = `data:image/svg+xml,${encodeURIComponent(svg.outerHTML)}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = side
    canvas.height = side
    const brush = canvas.getContext('2d')
    if (!brush) throw new Error('this browser draws nothing')
    brush.drawImage(image, 0, 0, side, side)
    // One character for each pixel: sixteen times less to hand over than numbers in JSON.
    const { data } = brush.getImageData(0, 0, side, side)
    return Array.from({ length: side * side }, (_, at) => ((data[at * 4] ?? 0) < 128 ? '#' : ' ')).join('')
  }, SIDE)
  const rgba = Uint8ClampedArray.from(
    [...pixels].flatMap((pixel) => (pixel === '#' ? [0, 0, 0, 255] : [255, 255, 255, 255])),
  )
  const read = jsQR(rgba, SIDE, SIDE)
  if (!read) throw new Error('no QR code was recognised')
  return read.data
}

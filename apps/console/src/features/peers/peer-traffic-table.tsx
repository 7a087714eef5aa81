'use client'

import { bytes } from '~/ui/format.ts'
import { rowsOf, type Series } from './peer-traffic-shape.ts'

const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

/** The same in figures, by the hour or by the day; closed until somebody wants it. */
export function PeerTrafficTable({ series, range, name }: { series: Series; range: 'day' | 'month'; name: string }) {
  const rows = rowsOf(series, range === 'day' ? HOUR_S : DAY_S)
  const time = (at: string) =>
    new Date(at).toLocaleString(
      undefined,
      range === 'day'
        ? { weekday: 'short', hour: '2-digit', minute: '2-digit', hour12: false }
        : { weekday: 'short', day: 'numeric', month: 'short' },
    )
  return (
    <details>
      <summary className="cursor-pointer text-sm text-muted">In figures</summary>
      <table aria-label={`Traffic of ${name} in figures`} className="mt-2 w-full max-w-md">
        <thead>
          <tr className="border-b text-left text-sm text-muted">
            <th className="font-normal">{range === 'day' ? 'Hour from' : 'Day (UTC)'}</th>
            <th className="text-right font-normal">Received</th>
            <th className="text-right font-normal">Sent</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.at}>
              <th scope="row" className="text-left font-normal">
                {time(row.at)}
              </th>
              <td className="text-right">{row.rx === null ? '–' : bytes(row.rx)}</td>
              <td className="text-right">{row.tx === null ? '–' : bytes(row.tx)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

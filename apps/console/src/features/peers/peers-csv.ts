import type { Column } from './peers-columns.ts'
import type { PeerRowView } from './peers-rows.ts'

/** The rows as a table for other programs, with these columns (RFC 4180, with a line of names). */
export function csvOf(rows: readonly PeerRowView[], columns: readonly Column[]): string {
  const lines = [columns.map((column) => column.key), ...rows.map((row) => columns.map((column) => column.text(row)))]
  return lines.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
}

/**
 * A spreadsheet takes a cell that begins so for a formula, and agents choose what some cells say; an apostrophe makes it
 * a text (OWASP, "CSV Injection").
 */
const FORMULA = /^[=+\-@\t\r]/

const quoted = (text: string): string => {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

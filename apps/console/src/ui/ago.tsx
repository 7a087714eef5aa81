'use client'

import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { span } from './format.ts'

/** Server time minus this machine's, in milliseconds: ages are told by the clock that stamped them. */
const Skew = createContext(0)

export function ClockSkew({ ms, children }: { ms: number; children: ReactNode }) {
  return <Skew.Provider value={ms}>{children}</Skew.Provider>
}

/** The server's time in milliseconds, renewed every `everyMs`. */
export function useServerNow(everyMs: number): number {
  const skew = useContext(Skew)
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now + skew
}

const TICK_MS = 5000

/** A time as its age, the exact one on hover. `suffix` follows the number: "ago" unless told. */
export function Ago({ at, suffix = ' ago' }: { at: string; suffix?: string }) {
  const now = useServerNow(TICK_MS)
  const ms = now - Date.parse(at)
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap">
      {ms < 0 ? `in ${span(-ms)}` : ms < 1500 ? 'just now' : `${span(ms)}${suffix}`}
    </time>
  )
}

/** The local date and time with seconds. */
export const exact = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

import { clsx } from 'clsx'
import { CircleAlert, Info } from 'lucide-react'
import type { ReactNode } from 'react'

type NoticeProps = {
  tone?: 'info' | 'warning'
  title: string
  children?: ReactNode
  action?: ReactNode
  className?: string
}

/** Something a person should know or act on, in the flow of the page. */
export function Notice({ tone = 'info', title, children, action, className }: NoticeProps) {
  const Icon = tone === 'warning' ? CircleAlert : Info
  return (
    <div
      role="note"
      className={clsx(
        'flex gap-2.5 rounded-lg border px-3 py-2.5',
        tone === 'warning' ? 'border-relayed/50 bg-relayed-ground' : 'border-accent/40 bg-accent-ground',
        className,
      )}
    >
      <Icon
        aria-hidden
        className={clsx('mt-0.5 size-4 shrink-0', tone === 'warning' ? 'text-relayed-ink' : 'text-accent')}
      />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children}
      </div>
      {action}
    </div>
  )
}

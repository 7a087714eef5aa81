import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

/** What a field hands to its control: the ids that tie label, hint and error to it. */
export type ControlProps = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }

type FieldProps = {
  label: string
  /** A short line below; replaced by the error while there is one. */
  hint?: ReactNode
  error?: string | undefined
  children: (control: ControlProps) => ReactNode
  className?: string
}

/** A labelled control. The error stands beside what caused it and is read out when it appears. */
export function Field({ label, hint, error, children, className }: FieldProps) {
  const id = useId()
  const noteId = `${id}-note`
  const noted = error !== undefined || hint !== undefined
  return (
    <div className={clsx('grid content-start gap-1', className)}>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': noted ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      <div id={noteId} className="text-sm empty:hidden">
        {error ? (
          <span role="alert" className="text-danger">
            {error}
          </span>
        ) : (
          hint && <span className="text-muted">{hint}</span>
        )}
      </div>
    </div>
  )
}

const box =
  'h-8 w-full min-w-0 rounded-md border border-edge/60 bg-card px-2.5 text-ink transition-colors duration-150 hover:border-edge aria-invalid:border-danger disabled:opacity-50'

/** A line of text. `mono` for addresses, prefixes and keys. */
export function TextInput({ mono, className, ...rest }: ComponentProps<'input'> & { mono?: boolean }) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      autoCapitalize="none"
      {...rest}
      className={clsx(box, mono && 'mono', className)}
    />
  )
}

/** The browser's own select: best with a keyboard, a screen reader and a thumb. */
export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select {...rest} className={clsx(box, 'pr-1', className)} />
}

type CheckProps = Omit<ComponentProps<'input'>, 'type'> & { label: string; hint?: ReactNode }

/** A check box with its label beside it. */
export function Check({ label, hint, ...rest }: CheckProps) {
  const id = useId()
  return (
    <div className="flex gap-2">
      <input
        type="checkbox"
        id={id}
        aria-describedby={hint ? `${id}-note` : undefined}
        {...rest}
        className="mt-0.5 size-4 shrink-0 accent-accent"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <div id={`${id}-note`} className="text-sm text-muted">
            {hint}
          </div>
        )}
      </div>
    </div>
  )
}

/** What is wrong with a form as a whole; nothing while nothing is. */
export function FormError({ children }: { children: ReactNode }) {
  if (!children) return null
  return (
    <p role="alert" className="rounded-md bg-danger-ground px-2.5 py-1.5 text-danger">
      {children}
    </p>
  )
}

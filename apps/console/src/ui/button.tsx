import { cva } from 'class-variance-authority'
import { clsx } from 'clsx'
import { Slot } from 'radix-ui'
import type { ComponentProps, MouseEvent, ReactNode } from 'react'
import { Tip } from './tip.tsx'

const look = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors duration-150 select-none disabled:cursor-default disabled:opacity-50 aria-disabled:cursor-default aria-disabled:opacity-50 [&_svg]:size-3.5',
  {
    variants: {
      tone: {
        solid: 'border-transparent bg-solid text-on-solid hover:not-aria-disabled:opacity-85',
        outline: 'bg-card text-ink hover:not-aria-disabled:bg-panel',
        quiet: 'border-transparent text-ink hover:not-aria-disabled:bg-hairline/60',
        danger: 'border-danger/40 bg-card text-danger hover:not-aria-disabled:bg-danger-ground',
      },
      size: { small: 'h-6 px-2 text-sm', medium: 'h-7 px-2.5', square: 'size-7' },
    },
    defaultVariants: { tone: 'outline', size: 'medium' },
  },
)

type ButtonProps = ComponentProps<'button'> & {
  tone?: 'solid' | 'outline' | 'quiet' | 'danger'
  size?: 'small' | 'medium' | 'square'
  /** The reason it cannot be pressed; shown as its tooltip. The button stays focusable, so that everyone can read it. */
  whyNot?: string | null
  /** Shown as pressed, and deaf to further clicks, while what it started runs. */
  busy?: boolean
  /** Renders the only child (a link) with the look of a button. */
  asChild?: boolean
}

/** A button, or with `asChild` a link that looks like one. */
export function Button({ tone, size, whyNot, busy, asChild, className, onClick, ...rest }: ButtonProps) {
  const Part = asChild ? Slot.Root : 'button'
  const off = Boolean(whyNot) || busy
  const guarded = (event: MouseEvent<HTMLButtonElement>) => (off ? event.preventDefault() : onClick?.(event))
  const button = (
    <Part
      type={asChild ? undefined : 'button'}
      {...rest}
      onClick={guarded}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      className={clsx(look({ tone, size }), className)}
    />
  )
  return whyNot ? <Tip text={whyNot}>{button}</Tip> : button
}

/** A square button with an icon; its name is read out and shown as its tooltip. */
export function IconButton({
  name,
  children,
  ...rest
}: Omit<ButtonProps, 'aria-label'> & { name: string; children: ReactNode }) {
  return (
    <Tip text={rest.whyNot ?? name}>
      <Button
        tone="quiet"
        size="square"
        {...rest}
        whyNot={null}
        busy={rest.busy || Boolean(rest.whyNot)}
        aria-label={name}
      >
        {children}
      </Button>
    </Tip>
  )
}

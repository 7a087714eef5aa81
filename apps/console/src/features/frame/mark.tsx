/** The sign of Warren: a burrow and its mouth. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <path
        d="M5 6c13 0 22 4 22 10S18 26 5 26c3.5-3.5 4.5-6.5 4.5-10S8.5 9.5 5 6Z"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinejoin="round"
      />
      <circle cx="18" cy="16" r="2.6" fill="currentColor" />
    </svg>
  )
}

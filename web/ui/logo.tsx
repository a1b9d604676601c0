/** The mark: a turnout, one track leaving another, and the signal beside it. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--ink)" />
      <g stroke="var(--on-ink)" strokeWidth="3" strokeLinecap="round">
        <path d="M10 26V6" />
        <path d="M10 20c0-7 12-5 12-14" stroke="var(--signal-fill)" />
      </g>
      <circle cx="22" cy="24" r="2.5" fill="var(--signal-fill)" />
    </svg>
  );
}

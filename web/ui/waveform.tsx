/** The outline of a sound. */
import styles from './waveform.module.css';

/** `peaks`: 0 … 1; the loudest fills the height. */
export function Waveform({ peaks }: { peaks: readonly number[] }) {
  const most = Math.max(...peaks) || 1;
  const outline = [...peaks, ...peaks.map((peak) => -peak).reverse()].map((peak, i, all) => {
    const x = i < peaks.length ? i : all.length - 1 - i;
    return `${x},${(1 - peak / most).toFixed(3)}`;
  });
  return (
    <svg
      className={styles.waveform}
      viewBox={`0 0 ${peaks.length - 1} 2`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <polygon points={outline.join(' ')} />
    </svg>
  );
}

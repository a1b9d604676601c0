/**
 * How much noise a picture has at a level t from 0, none, to 1, nothing else: α·picture + σ·noise, α² + σ² = 1, by the cosine
 * schedule (Nichol and Dhariwal 2021, without its offset) φ = t·π/2, α = cos φ, σ = sin φ.
 */
export function noiseLevel(t: number): { alpha: number; sigma: number } {
  const angle = (t * Math.PI) / 2;
  return { alpha: Math.cos(angle), sigma: Math.sin(angle) };
}

/** The network sees α and σ as two more channels, the same at each pixel. */
export const LEVEL_CHANNELS = 2;

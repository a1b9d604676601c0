/** What each runtime is asked: the bytes of its features, and an artifact's answers on the executor at hand. */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import { GOLDEN, goldenBytes } from '../../shared/pipeline/golden-for-tests.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';

export interface Question {
  /** The artifact, base64. */
  artifact: string;
  instances: unknown[];
}

export interface Answer {
  /** Float32 features of the instances, little-endian hexadecimal. */
  features: string;
  predictions: Prediction[];
}

export async function answer({ artifact, instances }: Question, executor: Executor): Promise<Answer> {
  const bytes = Uint8Array.from(atob(artifact), (char) => char.charCodeAt(0));
  const predictor = await createPredictor(decodeArtifact(bytes), executor);
  const { data } = predictor.features(instances);
  const features = [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];
  const predictions = await predictor.predict(instances);
  predictor.dispose();
  return { features: features.map((byte) => byte.toString(16).padStart(2, '0')).join(''), predictions };
}

/** Name of a golden vector → the bytes made here. */
export function goldenAnswers(): Record<string, string> {
  return Object.fromEntries(GOLDEN.map((golden) => [golden.name, goldenBytes(golden)]));
}

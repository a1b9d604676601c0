/** What each runtime is asked: the bytes of its features, and an artifact's answers on the executor at hand. */
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import { GOLDEN, goldenBytes } from '../../shared/pipeline/golden-for-tests.ts';
import type { FloatBlock } from '../../shared/pipeline/step.ts';
import type { Prediction } from '../../shared/schema/prediction.ts';

export interface Question {
  /** The artifact, base64. */
  artifact: string;
  instances: unknown[];
}

export interface Answer {
  /** Float32 features of the instances, little-endian hexadecimal; empty where they are made of a seed. */
  features: string;
  predictions: Prediction[];
}

export async function answer({ artifact, instances }: Question, executor: Executor): Promise<Answer> {
  const bytes = Uint8Array.from(atob(artifact), (char) => char.charCodeAt(0));
  const predictor = await createPredictor(decodeArtifact(bytes), executor);
  const features = predictor.output.task === 'image-generation' ? [] : bytesOf(predictor.features(instances));
  const predictions = await predictor.predict(instances);
  predictor.dispose();
  return { features: features.map((byte) => byte.toString(16).padStart(2, '0')).join(''), predictions };
}

const bytesOf = ({ data }: FloatBlock): number[] => [
  ...new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
];

/** Name of a golden vector → the bytes made here. */
export function goldenAnswers(): Record<string, string> {
  return Object.fromEntries(GOLDEN.map((golden) => [golden.name, goldenBytes(golden)]));
}

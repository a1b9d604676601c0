/**
 * A judge of made digits: our small CNN, trained on real ones, says of how many it is sure, and which digits they are. What it is sure
 * of need not be a digit, and what is copied looks perfect to it: it is read beside real digits and noise, on which it is as blind.
 */
import { decodeArtifact } from '../../../shared/artifact/artifact.ts';
import { createPredictor } from '../../../shared/artifact/predictor.ts';
import { loadDataset } from '../../../shared/data/load-dataset.ts';
import { profileBytes } from '../../../shared/data/profile-dataset.ts';
import type { Executor } from '../../../shared/executors/executor.ts';
import { sha256 } from '../../../shared/sha256.ts';
import { fromTemplate } from '../../../shared/templates/advise.ts';
import { trainToEnd } from './train-to-end.ts';

const SURE = 0.9;

export interface Verdict {
  /** Share of the pictures that are taken for one digit with probability 0.9 or more. */
  sure: number;
  /** Of ten. */
  classes: number;
  /** Of the classes that they are taken for, bits; log₂ 10 = 3.32 where all are alike often. */
  entropy: number;
}

/** `digits`: an IDX zip. */
export async function createJudge(digits: Uint8Array, executor: Executor) {
  const profile = profileBytes(digits, 'pictures');
  const { artifact } = await trainToEnd(
    [{ name: executor.name, device: 'here', start: async () => executor }],
    {
      spec: fromTemplate('picture-cnn', profile, { target: 'label' }),
      table: loadDataset(digits, 'pictures', profile),
      datasetSha256: sha256(digits),
    },
  );
  const predictor = await createPredictor(decodeArtifact(artifact), executor);
  /** `pictures`: data: URLs. */
  return async (pictures: readonly string[]): Promise<Verdict> => {
    const answers = await predictor.predict(pictures.map((image) => ({ image })));
    const told = answers.map((answer) => {
      if (!('label' in answer)) throw new Error('the judge tells no classes');
      return { label: answer.label, probability: answer.probabilities[answer.label]! };
    });
    const counts = new Map<string, number>();
    for (const { label } of told) counts.set(label, (counts.get(label) ?? 0) + 1);
    const shares = [...counts.values()].map((count) => count / told.length);
    return {
      sure: told.filter(({ probability }) => probability >= SURE).length / told.length,
      classes: counts.size,
      entropy: -shares.reduce((sum, share) => sum + share * Math.log2(share), 0),
    };
  };
}

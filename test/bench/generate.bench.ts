/**
 * New digits by the templates that make pictures, judged by a CNN that was trained on real ones (`generate/judge.ts`): 200 of each, beside
 * 200 real digits that neither has seen, and noise. Also the loss on held-out rows, and the time. On all of MNIST as a runner trains, on
 * 2,000 rows in the class of a browser (our `wasm` executor, one thread).
 */
import { findExecutors } from '../../gpu-runner/executors.ts';
import { decodeArtifact } from '../../shared/artifact/artifact.ts';
import { createPredictor } from '../../shared/artifact/predictor.ts';
import { loadDataset } from '../../shared/data/load-dataset.ts';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import type { Candidate } from '../../shared/executors/choose/candidate.ts';
import type { Executor } from '../../shared/executors/executor.ts';
import { sha256 } from '../../shared/sha256.ts';
import { fromTemplate } from '../../shared/templates/advise.ts';
import { startWasm } from '../helpers/wasm-candidate.ts';
import { say, wantedCases } from './contest.ts';
import { digitsOf, noise, subset, whole } from './generate/digits.ts';
import { createJudge, type Verdict } from './generate/judge.ts';
import { trainToEnd } from './generate/train-to-end.ts';
import { type Row, rowsOf } from './rows.ts';

const COUNT = 200;
/** Most that an endpoint makes at once. */
const AT_ONCE = 64;

interface Case {
  read(): Promise<Uint8Array>;
  templates: readonly string[];
  onRunner?: true;
}
const CASES: Readonly<Record<string, Case>> = {
  'generate-mnist-subset': { read: () => subset('train'), templates: ['picture-vae'] },
  'generate-mnist': { read: whole, templates: ['picture-vae', 'picture-diffusion'], onRunner: true },
};

export async function bench(): Promise<Row[]> {
  const wasm = await startWasm();
  const judge = await createJudge(await subset('train'), wasm);
  const beside = {
    'real digits': await judge(digitsOf(await subset('test'), COUNT)),
    noise: await judge(noise(COUNT)),
  };
  const rows: Row[] = [];
  for (const [name, { read, templates, onRunner }] of wantedCases(CASES)) {
    const bytes = await read();
    const candidates = onRunner ? await findExecutors() : [candidateOf(wasm)];
    for (const template of templates) {
      const { pictures, loss, seconds, msPerPicture } = await made(template, bytes, candidates, wasm);
      const verdicts = { [template]: await judge(pictures), ...beside };
      const place = `${name} ${template}`;
      say(`${place}: ${JSON.stringify({ ...verdicts, loss, seconds, msPerPicture })}`);
      rows.push(
        ...rowsOf(place, 'taken for a digit for sure', measuredBy(verdicts, 'share', 'sure'), [
          [template, 'real digits'],
        ]),
        ...rowsOf(place, 'digits that appear', measuredBy(verdicts, 'of ten', 'classes'), [
          [template, 'real digits'],
        ]),
        ...rowsOf(place, 'entropy of digits', measuredBy(verdicts, 'bits', 'entropy'), [
          [template, 'real digits'],
        ]),
        ...rowsOf(place, 'held-out loss', { unit: 'as trained', values: { [template]: [loss] } }, []),
        ...rowsOf(place, 'training', { unit: 's', values: { [template]: [seconds] } }, []),
        ...rowsOf(place, 'a picture on wasm', { unit: 'ms', values: { [template]: [msPerPicture] } }, []),
      );
    }
  }
  return rows;
}

const candidateOf = (executor: Executor): Candidate => ({
  name: executor.name,
  device: 'one thread',
  start: async () => executor,
});

const measuredBy = (verdicts: Record<string, Verdict>, unit: string, of: keyof Verdict) => ({
  unit,
  values: Object.fromEntries(Object.entries(verdicts).map(([who, verdict]) => [who, [verdict[of]]])),
});

async function made(
  template: string,
  bytes: Uint8Array,
  candidates: readonly Candidate[],
  wasm: Executor,
): Promise<{ pictures: string[]; loss: number; seconds: number; msPerPicture: number }> {
  const profile = profileBytes(bytes, 'pictures');
  const start = performance.now();
  const { artifact, metrics } = await trainToEnd(candidates, {
    spec: fromTemplate(template, profile, { target: 'digit', task: 'image-generation' }),
    table: loadDataset(bytes, 'pictures', profile),
    datasetSha256: sha256(bytes),
  });
  const seconds = (performance.now() - start) / 1000;
  const predictor = await createPredictor(decodeArtifact(artifact), wasm);
  const pictures: string[] = [];
  const begin = performance.now();
  for (let first = 0; first < COUNT; first += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, COUNT - first) }, (_, i) => ({ seed: first + i }));
    const predictions = await predictor.predict(seeds);
    pictures.push(...predictions.map((one) => ('image' in one ? one.image : '')));
  }
  const msPerPicture = (performance.now() - begin) / COUNT;
  predictor.dispose();
  return { pictures, loss: metrics.test.loss!, seconds, msPerPicture };
}

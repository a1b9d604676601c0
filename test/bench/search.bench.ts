/**
 * Searches for hyper-parameters on real sets, each with the same epochs to spend, over 20 seeds: what they find, and after how many epochs they
 * have found what random search has at its end. The trainings are the same for all (`search/trainings.ts`), Optuna's too, which is
 * asked and told; only who decides differs. Whoever never finds it counts with its whole budget. Data: TRAINYARD_DATASETS.
 */
import { type SweepSpec as Sweep, SweepSpec } from '../../shared/tune/sweep-spec.ts';
import { measured, say, wantedCases } from './contest.ts';
import { type Comparison, type Row, rowsOf } from './rows.ts';
import { startOptuna } from './search/optuna.ts';
import { ownSearch } from './search/own-search.ts';
import type { Trace } from './search/trace.ts';
import { type CurveOf, createTrainings, EPOCHS, SPACE } from './search/trainings.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);
/** As many as 40 whole trainings. */
const BUDGET = 40 * EPOCHS;
const LADDER = { minEpochs: 3, maxEpochs: EPOCHS, eta: 3 };

const table = (file: string, target: string) => ({ file, target });
const CASES = {
  'breast-cancer': table('tabular-sklearn/breast_cancer.csv', 'diagnosis'),
  diabetes: table('tabular-sklearn/diabetes.csv', 'progression'),
  'german-credit': table('tabular-german-credit/german_credit.csv', 'class'),
  digits: table('tabular-sklearn/digits8x8.csv.gz', 'digit'),
};

const COMPARISONS: Comparison[] = [
  ...['TPE', 'random + ASHA', 'TPE + ASHA', 'random + Hyperband'].map((name): Comparison => [name, 'random']),
  ['TPE', 'Optuna TPE'],
  ['TPE + ASHA', 'Optuna TPE + ASHA'],
  ['Optuna TPE', 'random'],
  ['Optuna TPE + ASHA', 'random'],
  ['Optuna TPE + Hyperband', 'random'],
];

type Contestant = (seed: number, curveOf: CurveOf) => Promise<Trace>;

export async function bench(): Promise<Row[]> {
  const folder = process.env.TRAINYARD_DATASETS;
  if (!folder) throw new Error('TRAINYARD_DATASETS names no folder of data sets');
  const optuna = await startOptuna();
  const own =
    (sampler: 'random' | 'tpe', scheduler: 'none' | 'asha' | 'hyperband'): Contestant =>
    (seed, curveOf) =>
      ownSearch(
        sweepOf({ type: sampler, seed }, scheduler === 'none' ? undefined : { type: scheduler, ...LADDER }),
        curveOf,
      );
  const theirs =
    (type: 'asha' | 'hyperband' | null): Contestant =>
    (seed, curveOf) =>
      optuna.search({ seed, pruner: type && { type, ...LADDER }, epochs: BUDGET }, curveOf);
  const contestants: Readonly<Record<string, Contestant>> = {
    random: own('random', 'none'),
    TPE: own('tpe', 'none'),
    'random + ASHA': own('random', 'asha'),
    'TPE + ASHA': own('tpe', 'asha'),
    'random + Hyperband': own('random', 'hyperband'),
    'Optuna TPE': theirs(null),
    'Optuna TPE + ASHA': theirs('asha'),
    'Optuna TPE + Hyperband': theirs('hyperband'),
  };

  const rows: Row[] = [];
  for (const [name, set] of wantedCases(CASES)) {
    const { curveOf, trained } = await createTrainings(folder, set);
    const losses = measured('loss', Object.keys(contestants));
    const epochs = measured('epochs', Object.keys(contestants));
    for (const seed of SEEDS) {
      let goal = Number.NaN;
      for (const [who, search] of Object.entries(contestants)) {
        const trace = await search(seed, curveOf);
        if (who === 'random') goal = trace.best();
        losses.values[who]!.push(trace.best());
        epochs.values[who]!.push(who === 'random' ? BUDGET : (trace.until(goal) ?? BUDGET));
      }
    }
    say(`${name}: ${trained()} different trainings`);
    rows.push(
      ...rowsOf(name, 'best validation loss', losses, COMPARISONS),
      ...rowsOf(name, "until random's best", epochs, COMPARISONS),
    );
  }
  optuna.close();
  return rows;
}

const sweepOf = (sampler: object, scheduler: object | undefined): Sweep =>
  SweepSpec.parse({
    ...{ parameters: SPACE, sampler, scheduler, budget: { epochs: BUDGET } },
    objective: [{ metric: 'loss', goal: 'minimize' }],
  });

/** What a search over definitions is made of: dimensions, objectives, limits, a budget; and its trials. The whole is `SweepSpec`. */
import * as z from 'zod';
import { MetricName } from './metric.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A definition is some five levels deep. */
const LEVELS_MOST = 32;

function isJson(value: unknown, levels = LEVELS_MOST): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  return Object.values(value).every((item) => isJson(item, levels - 1));
}
/** A refined `unknown`, since a schema of its own kind would have no place in OpenAPI. */
const Json = z
  .unknown()
  .refine((value) => isJson(value), `expected JSON of at most ${LEVELS_MOST} levels`) as unknown as z.ZodType<
  Json,
  Json
>;

/** The parameter is there only in trials in which `parameter` has one of these values. */
const When = z.strictObject({ parameter: z.string(), in: z.array(Json).min(1).max(100) });
const when = When.optional();

interface Range {
  min: number;
  max: number;
  log?: boolean | undefined;
}

function reportRange({ min, max, log }: Range, context: z.RefinementCtx, leastOfLog: string): void {
  const report = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (min > max) report('min', `${min} is above max, ${max}; expected at most that`);
  if (log && min <= 0) report('min', `${min} has no logarithm; with "log" expected ${leastOfLog}`);
}

const FloatDimension = z
  .strictObject({
    type: z.literal('float'),
    min: z.number(),
    max: z.number(),
    log: z.boolean().optional(),
    when,
  })
  .superRefine((range, context) => reportRange(range, context, 'a number above 0'));

const IntDimension = z
  .strictObject({
    type: z.literal('int'),
    min: z.int(),
    max: z.int(),
    step: z.int().min(1).optional(),
    log: z.boolean().optional(),
    when,
  })
  .superRefine((range, context) => {
    reportRange(range, context, '1 or more');
    if (range.log && range.step !== undefined && range.step !== 1) {
      const message = `${range.step} cannot go with "log", whose steps grow; expected one of the two`;
      context.addIssue({ code: 'custom', path: ['step'], message });
    }
  });

const ChoiceDimension = z
  .strictObject({
    type: z.literal('choice'),
    /** Anything that can stand there: a number, an optimiser, a block, a whole list of blocks. */
    values: z.array(Json).min(1).max(200),
    /** What trials and conditions call the values, one for each; default: the values themselves. */
    labels: z.array(z.string().min(1).max(80)).optional(),
    when,
  })
  .superRefine(({ values, labels }, context) => {
    if (!labels) return;
    const report = (message: string) => context.addIssue({ code: 'custom', path: ['labels'], message });
    if (labels.length !== values.length)
      report(`there are ${labels.length} for ${values.length} values; expected one for each`);
    const twice = labels.find((label, i) => labels.indexOf(label) !== i);
    if (twice !== undefined) report(`"${twice}" is there twice; expected each once`);
  });

/** Where a parameter may lie. `log`: its magnitudes are alike likely. */
export const Dimension = z.discriminatedUnion('type', [FloatDimension, IntDimension, ChoiceDimension]);
export type Dimension = z.infer<typeof Dimension>;

/** Of the validation rows. */
export const Objective = z.strictObject({ metric: MetricName, goal: z.enum(['maximize', 'minimize']) });
export type Objective = z.infer<typeof Objective>;

/** What a trial may be limited in: numbers learnt, bytes, milliseconds of one prediction at the edge, seconds, and money. */
export const MEASURES = ['parameters', 'artifactBytes', 'edgeLatencyMs', 'trainingSeconds', 'cost'] as const;
const Measure = z.enum(MEASURES);

export const Constraint = z.strictObject({ measure: Measure, max: z.number().positive() });
export type Constraint = z.infer<typeof Constraint>;

/** The search ends when one of them is used up. */
export const Budget = z
  .strictObject({
    /** Different sets of parameters that are tried. */
    trials: z.int().min(1).max(100_000).optional(),
    /** Of all trials together. */
    epochs: z.int().min(1).optional(),
    /** Of training, of all trials together. */
    seconds: z.number().positive().optional(),
  })
  .refine((budget) => Object.values(budget).some((limit) => limit !== undefined), {
    message: 'it has no limit; expected "trials", "epochs" or "seconds"',
  });
export type Budget = z.infer<typeof Budget>;

/**
 * `finished`: trained as far as was wanted. `pruned`: ended early by the scheduler. `infeasible`: its parameters make no definition that
 * works, or it was not trained because of a constraint.
 */
export const TRIAL_STATES = ['waiting', 'running', 'finished', 'pruned', 'failed', 'infeasible'] as const;
const TrialState = z.enum(TRIAL_STATES);

/** `stopped` by its owner, and can be taken up again; `finished`: it has used up its budget. */
export const SWEEP_STATES = ['running', 'stopped', 'finished', 'failed'] as const;

export const Parameters = z.record(z.string(), Json);
export type Parameters = z.infer<typeof Parameters>;

/** One training of a sweep; `number` is its place among them, from 0. */
export const Trial = z.object({
  number: z.int().min(0),
  parameters: Parameters,
  /** Epoch at which it ends at the latest; null: where its definition says. */
  epochs: z.int().min(1).nullable(),
  /** The trial from whose last checkpoint it goes on. */
  from: z.int().min(0).optional(),
  state: TrialState,
  /** The first objective's metric after each epoch (counted from the beginning of the first training, if it goes on from others). */
  reports: z.array(z.object({ epoch: z.int().min(1), value: z.number() })),
  /** One for each objective, once it has ended well. */
  values: z.array(z.number()).optional(),
  measures: z.partialRecord(Measure, z.number()).optional(),
});
export type Trial = z.infer<typeof Trial>;

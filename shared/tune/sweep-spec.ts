/**
 * What a search is told: where the parameters may lie, what is good, what is not allowed, how it looks, and when it ends. Names as in
 * W&B, Optuna and Ray Tune.
 */
import * as z from 'zod';
import { canonicalJson } from '../definition/canonical.ts';
import { Budget, Constraint, Dimension, Objective } from '../schema/sweep.ts';
import { cellOf, describeDimension } from './dimension.ts';
import { SamplerSpec } from './samplers/list.ts';
import { SchedulerSpec, schedulerOf } from './schedulers/list.ts';
import { inOrder, type Space } from './search-space.ts';

/** The path of the whole definition. */
export const WHOLE = '$';
const PATH = /^(\$|[a-zA-Z][\w-]*(\.[\w-]+)*)$/;
const PARAMETERS_MOST = 64;

export const SweepSpec = z
  .strictObject({
    /** By dotted paths within the definition: `training.optimizer.learningRate`, `model.0.units`; `$` is the whole. */
    parameters: z.record(z.string(), Dimension),
    /** The first is what schedulers judge by; of several the best trials are a Pareto front. */
    objective: z.array(Objective).min(1).max(4),
    constraints: z.array(Constraint).max(8).default([]),
    sampler: SamplerSpec.prefault({ type: 'tpe' }),
    scheduler: SchedulerSpec.default({ type: 'none' }),
    budget: Budget,
    /** Trials that are trained at the same time, at most. */
    parallel: z.int().min(1).max(1000).default(1),
  })
  .superRefine(({ parameters, objective, scheduler }, context) => {
    const report = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path, message });
    for (const [path, message] of spaceProblems(parameters)) report(['parameters', ...path], message);
    const metrics = objective.map(({ metric }) => metric);
    const twice = metrics.findIndex((metric, i) => metrics.indexOf(metric) !== i);
    if (twice >= 0)
      report(['objective', twice, 'metric'], `"${metrics[twice]}" is there twice; expected each once`);
    if (objective.length > 1 && scheduler.type !== 'none') {
      const message = `"${scheduler.type}" compares trials by one number, and there are ${objective.length} objectives; expected "none"`;
      report(['scheduler', 'type'], message);
    }
    const paths = Object.keys(parameters);
    const odd = schedulerOf(scheduler)
      .perturbs?.(scheduler, paths)
      .find((path) => !paths.includes(path));
    if (odd !== undefined)
      report(['scheduler', 'perturb'], `there is no parameter "${odd}"; there are ${paths.join(', ')}`);
  });
export type SweepSpec = z.infer<typeof SweepSpec>;

function spaceProblems(space: Space): [path: string[], message: string][] {
  const problems: [string[], string][] = [];
  const paths = Object.keys(space);
  if (paths.length === 0 || paths.length > PARAMETERS_MOST)
    problems.push([[], `there are ${paths.length}; expected 1 to ${PARAMETERS_MOST}`]);
  for (const [path, { when }] of Object.entries(space)) {
    if (!PATH.test(path) || path.split('.').includes('__proto__'))
      problems.push([
        [path],
        `"${path}" is no path; expected names with dots between, such as "training.batchSize"`,
      ]);
    if (!when) continue;
    const parent = Object.hasOwn(space, when.parameter) ? space[when.parameter] : undefined;
    if (!parent) {
      const others = paths.filter((one) => one !== path).join(', ');
      problems.push([
        [path, 'when', 'parameter'],
        `there is no parameter "${when.parameter}"; expected one of ${others}`,
      ]);
      continue;
    }
    const never = when.in.find((value) => cellOf(parent, value) === null);
    if (never !== undefined) {
      const message = `"${when.parameter}" is never ${canonicalJson(never)}; it is ${describeDimension(parent)}`;
      problems.push([[path, 'when', 'in'], message]);
    }
  }
  const known = new Set(inOrder(space).map(([path]) => path));
  const circle = paths.filter((path) => {
    const parent = space[path]!.when?.parameter;
    return !known.has(path) && parent !== undefined && Object.hasOwn(space, parent);
  });
  for (const path of circle) {
    const message = `"${path}" depends on itself by way of ${circle.join(', ')}; expected a parameter that does not`;
    if (leadsTo(space, path, path)) problems.push([[path, 'when', 'parameter'], message]);
  }
  return problems;
}

/** Whether the conditions of `from` lead to `to`. */
function leadsTo(space: Space, from: string, to: string): boolean {
  const seen = new Set<string>();
  for (
    let at = space[from]?.when?.parameter;
    at !== undefined && !seen.has(at);
    at = space[at]?.when?.parameter
  ) {
    if (at === to) return true;
    seen.add(at);
  }
  return false;
}

/**
 * One suite over all executors: every operator, block and gradient, what each promises, whole models, random graphs, and 10,000 steps
 * that leave nothing behind. Those of the browser run in one page of Chromium, beside those of Node.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlainExecutor } from '../../shared/executors/plain/plain-executor.ts';
import { operators } from '../../shared/graph/operators/list.ts';
import { blocks } from '../../shared/model/blocks/list.ts';
import { contract } from './checks/contract.ts';
import { lossesOf } from './checks/models.ts';
import type { Subject } from './checks/subject.ts';
import { type ChromiumPage, openChromium, PAGE_EXECUTORS } from './chromium-page.ts';
import { exceptionsFor, partOf } from './exceptions.ts';
import { trainings } from './models.ts';
import { nodeExecutors, type Started } from './node-executors.ts';
import type { OperatorName } from './operator-cases/operator-case.ts';

const operatorNames = Object.keys(operators) as OperatorName[];
const models = trainings.map(({ name }) => name);
const TOLERANCE = 1e-4;
/** Megabytes that a heap may grow by chance. */
const SLACK = 4;

const float64 = createPlainExecutor({ precision: 'float64' });
const expectedLosses = new Map<string, Promise<number[]>>();
function referenceLosses(model: string): Promise<number[]> {
  const known = expectedLosses.get(model) ?? lossesOf(float64, model);
  expectedLosses.set(model, known);
  return known;
}

let chromium: ChromiumPage;
beforeAll(async () => {
  chromium = await openChromium();
});
afterAll(() => chromium?.close());

describe.each(Object.entries(nodeExecutors))('%s in Node', (name, start) => suite(name, start));
describe.each(PAGE_EXECUTORS)('%s in Chromium', (name) => suite(name, () => chromium.start(name)));

function suite(executor: string, start: () => Promise<Started>): void {
  let given: Started;
  let subject: Subject;
  beforeAll(async () => {
    given = await start();
    if (given.subject) subject = given.subject;
  });
  const part = partOf(executor);
  if (part)
    it.skip(
      `${part.cases} cases of each operator, ${part.steps} steps, some models and no block: ${part.why}`,
    );
  const test = (name: string, check: () => Promise<void>) =>
    it(name, async ({ skip }) => {
      if (!given.subject) skip(given.missing);
      await check();
    });

  describe('operators', () => {
    for (const name of operatorNames) {
      const excepted = exceptionsFor(executor, name);
      for (const { case: one = 'all', why } of excepted) it.skip(`${name}: ${one} (${why})`);
      if (excepted.some((exception) => exception.case === undefined)) continue;
      test(name, async () => {
        const problems = Object.entries(await subject.operator(name)).filter(
          ([one]) => !excepted.some((exception) => one.startsWith(exception.case!)),
        );
        expect(Object.fromEntries(problems)).toEqual({});
      });
    }
  });

  describe('blocks', () => {
    for (const { type } of part ? [] : blocks)
      test(type, async () => expect(await subject.block(type)).toEqual({}));
  });

  describe('promises', () => {
    for (const name of contract) test(name, async () => expect(await subject.contract(name)).toBeNull());
  });

  describe('models train alike', () => {
    for (const model of models) {
      if (part && !part.models.includes(model)) continue;
      test(model, async () => {
        const [expected, losses] = [await referenceLosses(model), await subject.losses(model)];
        expect(losses).toHaveLength(expected.length);
        expect(expected.at(-1)).toBeLessThan(0.9 * expected[0]!);
        for (const [step, loss] of expected.entries()) {
          expect(Math.abs(losses[step]! - loss), `step ${step}`).toBeLessThanOrEqual(
            TOLERANCE * Math.max(1, loss),
          );
        }
      });
    }
  });

  test('random graphs give what the reference gives', async () =>
    expect(await subject.randomGraphs()).toBeNull());

  test('10,000 steps, and programs that come and go, leave nothing behind', async () => {
    const { steps, programs } = await subject.growth();
    for (const [before, after] of [steps, programs]) {
      for (const [what, count] of Object.entries(before)) {
        expect(after[what]! - count, what).toBeLessThanOrEqual(what === 'megabytes' ? SLACK : 0);
      }
    }
  });
}

/** An executor under test, wherever it runs: what it can be asked, one answer each. */
import type { Executor } from '../../../shared/executors/executor.ts';
import { blocks } from '../../../shared/model/blocks/list.ts';
import type { Part } from '../exceptions.ts';
import { trainings } from '../models.ts';
import { operatorCases } from '../operator-cases/list.ts';
import type { OperatorName } from '../operator-cases/operator-case.ts';
import { checkBlock } from './blocks.ts';
import { checkContract, contract } from './contract.ts';
import { type Growth, growthOf, type Meter } from './leaks.ts';
import { lossesOf } from './models.ts';
import { checkOperator, type Problems } from './operators.ts';
import { checkRandomGraphs } from './random-graphs.ts';

export interface Subject {
  /** What went wrong with an operator's cases. */
  operator(name: OperatorName): Promise<Problems>;
  /** What went wrong with the blocks of a type. */
  block(type: string): Promise<Problems>;
  /** What went wrong with a promise of `contract`. */
  contract(name: string): Promise<string | null>;
  /** Of a model of `trainings`, for each step. */
  losses(name: string): Promise<number[]>;
  randomGraphs(): Promise<string | null>;
  growth(): Promise<Growth>;
}

/** `part`: where not everything is asked. */
export const subjectOf = (executor: Executor, meter: Meter, part?: Part): Subject => ({
  operator: (name) => checkOperator(executor, name, part?.cases),
  block: (type) => checkBlock(executor, type),
  contract: (name) => checkContract(executor, name),
  losses: (name) => lossesOf(executor, name),
  randomGraphs: () => checkRandomGraphs(executor),
  growth: () => growthOf(executor, meter, part?.steps),
});

type Question = readonly [question: keyof Subject, argument?: string];

/** What an executor is asked, in the order of the tests. */
export const questionsFor = (part?: Part): readonly Question[] => [
  ...Object.keys(operatorCases).map((name) => ['operator', name] as const),
  ...(part ? [] : blocks.map(({ type }) => ['block', type] as const)),
  ...contract.map((name) => ['contract', name] as const),
  ...(part?.models ?? trainings.map(({ name }) => name)).map((name) => ['losses', name] as const),
  ['randomGraphs'],
  ['growth'],
];

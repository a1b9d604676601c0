import { expect, test } from 'vitest';
import { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import { blocksOf } from './graph-blocks.ts';

const arrows = (nodes: object) =>
  blocksOf(InferenceGraph.parse({ nodes })).map(({ title, detail, inputs, key }) => [
    key,
    title,
    detail,
    inputs,
  ]);
const model = (name: string, more: object = {}) => ({ model: name, version: 1, ...more });

test('a cascade may end at either model', () => {
  const condition = { field: 'response.confidence', op: '<', value: 0.8 };
  const steps = [model('small'), model('large', { condition })];
  expect(arrows({ root: { type: 'sequence', steps } })).toEqual([
    ['request', 'Request', '', []],
    ['root/small', 'small v1', '', ['request']],
    ['root/large', 'large v1', 'if response.confidence < 0.8', ['root/small']],
    ['answer', 'Answer', '', ['root/small', 'root/large']],
  ]);
});

test('a switch divides, an ensemble comes together', () => {
  const condition = {
    any: [
      { field: 'request.a', op: '==', value: 'x' },
      { field: 'request.b', op: 'in', value: [1, 2] },
    ],
  };
  const root = { type: 'switch', steps: [{ node: 'both', condition }, model('other')] };
  const both = { type: 'ensemble', steps: [model('one', { weight: 3 }), model('one', { name: 'two' })] };
  expect(arrows({ root, both })).toEqual([
    ['request', 'Request', '', []],
    ['root', 'Switch', 'root', ['request']],
    ['root/both?', 'both', 'if request.a == "x" or request.b in [1,2]', ['root']],
    ['root/both', 'Ensemble', 'both', ['root/both?']],
    ['root/both/one', 'one v1', '75% of the mean', ['root/both']],
    ['root/both/two', 'one v1', 'two · 25% of the mean', ['root/both']],
    ['root/both=', 'Mean', 'both', ['root/both/one', 'root/both/two']],
    ['root/other', 'other v1', 'else', ['root']],
    ['answer', 'Answer', '', ['root/both=', 'root/other']],
  ]);
});

/** The composer finds a block and a step that stand in their lists and nowhere else: to choose, and to fill in. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { blocks } from '../../shared/model/blocks/list.ts';
import type { ColumnProfile } from '../../shared/schema/dataset.ts';
import type { Zod } from '../../shared/schema/zod.ts';
import { EntryForm } from './entry-form.tsx';
import { FeaturesForm, stepsAfter } from './features-form.tsx';
import { Palette } from './palette.tsx';
import { exampleOf, schemaOf } from './schema.ts';

vi.mock('../../shared/model/blocks/list.ts', async (original) => {
  const [{ z }, { blocks }] = await Promise.all([
    import('zod'),
    original<typeof import('../../shared/model/blocks/list.ts')>(),
  ]);
  const halve = {
    type: 'halve',
    summary: 'Takes half of everything.',
    params: z.strictObject({ type: z.literal('halve'), timesOver: z.int().min(1).max(9).default(1) }),
    forward: (_: unknown, [x]: unknown[]) => x,
  };
  return { blocks: [...blocks, halve] };
});
vi.mock('../../shared/pipeline/steps/list.ts', async (original) => {
  const { STEPS } = await original<typeof import('../../shared/pipeline/steps/list.ts')>();
  const negate = {
    type: 'negate',
    summary: 'Turns the sign round.',
    accepts: ['number'],
    gives: 'number',
    takesMissing: false,
    params: (z: Zod) => z.strictObject({ type: z.literal('negate'), strength: z.number().min(0).max(2) }),
    state: (z: Zod) => z.null(),
    fit: () => null,
    apply: (value: unknown) => value,
  };
  return { STEPS: [...STEPS, negate] };
});

it('a new block is in the palette, can be added, and has a form', () => {
  const palette = renderToStaticMarkup(<Palette onChoose={() => {}} />);
  expect(palette).toContain('halve');
  expect(palette).toContain('Takes half of everything.');
  const entry = { type: 'halve' };
  expect(exampleOf(schemaOf(blocks.at(-1)!.params))).toEqual(entry);
  const form = renderToStaticMarkup(
    <EntryForm model={[entry]} place={0} features={[]} faults={[]} onChange={() => {}} />,
  );
  expect(form).toContain('Times over');
  expect(form).toContain('1 to 9');
});

it('a new step can be chosen where it fits, and has a form', () => {
  const age = { name: 'age', type: 'number' } as ColumnProfile;
  const feature = (...types: string[]) => ({ column: 'age', steps: types.map((type) => ({ type })) });
  expect(stepsAfter(feature(), age)).toContain('negate');
  expect(stepsAfter(feature('impute', 'negate'), age)).toEqual(expect.arrayContaining(['log', 'negate']));
  expect(stepsAfter(feature('standardise'), age)).toEqual([]);
  expect(stepsAfter({ ...feature(), history: 3 }, age)).toEqual(['lags', 'windows', 'differences']);

  const steps = [{ type: 'negate', strength: 1 }];
  const form = renderToStaticMarkup(
    <FeaturesForm features={[{ column: 'age', steps }]} columns={[age]} faults={[]} onChange={() => {}} />,
  );
  expect(form).toContain('negate');
  expect(form).toContain('Strength');
  expect(form).toContain('0 to 2');
});

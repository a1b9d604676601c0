import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import type { InputField } from '../shared/schema/prediction.ts';
import { Failure, toFailure } from './failure.ts';
import { instanceOf, instancesOf } from './instances.ts';
import { parseModelRef, pickVersion } from './model-ref.ts';
import { parseName, positiveNumber, wholeNumber } from './options.ts';
import { shareTraffic } from './traffic.ts';

describe('instancesOf', () => {
  it.each([
    ['one object', '{"a":1}', [{ a: 1 }]],
    ['an array', '[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['a request', '{"instances":[{"a":1}]}', [{ a: 1 }]],
  ])('reads %s', (_, text, expected) => expect(instancesOf(text, 'stdin')).toEqual(expected));

  it.each([
    ['', 'stdin is not JSON'],
    ['{"a":', 'stdin is not JSON'],
    ['[]', 'stdin holds no instance'],
    ['{"instances":[]}', 'stdin holds no instance'],
    ['[{"a":1},7]', 'instance 1 is 7: expected an object'],
    ['null', 'instance 0 is null'],
  ])('refuses %s', (text, message) => expect(() => instancesOf(text, 'stdin')).toThrow(message));
});

describe('instanceOf', () => {
  const inputs: InputField[] = [
    { type: 'number', name: 'mass', optional: true, min: 0, max: 1, example: 0.5 },
    { type: 'category', name: 'code', optional: false, categories: ['7', '8'], example: '7' },
    { type: 'image', name: 'image', width: 1, height: 1, channels: 1 },
  ];

  it("reads values by the inputs' types", async () => {
    expect(await instanceOf(['mass=3e2', 'code=7'], inputs)).toEqual({ mass: 300, code: '7' });
  });
  it('leaves what it does not know to the server', async () => {
    expect(await instanceOf(['mass=heavy', 'wings=2', 'mass2=a=b'], inputs)).toEqual({
      mass: 'heavy',
      wings: '2',
      mass2: 'a=b',
    });
  });
  it('takes an empty value for a missing one', async () =>
    expect(await instanceOf(['mass='], inputs)).toEqual({ mass: null }));
  it('reads a picture from its file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-picture-'));
    await writeFile(join(folder, 'one.png'), 'abc');
    expect(await instanceOf([`image=@${join(folder, 'one.png')}`], inputs)).toEqual({ image: 'YWJj' });
    await rm(folder, { recursive: true });
  });
  it.each(['mass', '=1'])('refuses "%s"', (pair) =>
    expect(instanceOf([pair], inputs)).rejects.toThrow('expected feature=value'),
  );
});

describe('model references', () => {
  it('reads numbers and aliases', () => {
    expect(parseModelRef('penguins@12')).toEqual({ model: 'penguins', version: 12 });
    expect(parseModelRef('penguins@champion')).toEqual({ model: 'penguins', version: 'champion' });
  });
  it.each(['penguins', 'penguins@', '@1', 'a@b@c', 'Penguins@1'])('refuses %s', (text) => {
    expect(() => parseModelRef(text)).toThrow('expected MODEL@VERSION');
  });
  it('picks by either, and says what there is', () => {
    const model = {
      name: 'penguins',
      aliases: { champion: 2 },
      versions: [{ version: 2 }, { version: 1 }],
    } as never;
    expect(pickVersion(model, parseModelRef('penguins@1')).version).toBe(1);
    expect(pickVersion(model, parseModelRef('penguins@champion')).version).toBe(2);
    expect(() => pickVersion(model, parseModelRef('penguins@3'))).toThrow('expected one of 2, 1, champion');
  });
});

describe('shareTraffic', () => {
  const serving = (...shares: [string, number][]) =>
    shares.map(([id, traffic]) => ({ modelVersion: { id }, traffic })) as unknown as Parameters<
      typeof shareTraffic
    >[0];
  const share = (present: [string, number][], percent: number) =>
    shareTraffic(serving(...present), { modelVersion: 'new', precision: 'float32' }, percent).map((one) => [
      one.modelVersion,
      one.traffic,
    ]);

  it.each<[[string, number][], number, [string, number][]]>([
    [[], 100, [['new', 100]]],
    [[], 10, [['new', 100]]],
    [[['a', 100]], 100, [['new', 100]]],
    [
      [['a', 100]],
      10,
      [
        ['new', 10],
        ['a', 90],
      ],
    ],
    [
      [
        ['a', 70],
        ['b', 30],
      ],
      10,
      [
        ['new', 10],
        ['a', 63],
        ['b', 27],
      ],
    ],
    // 90/3 each is exact; 91/3 = 30⅓ each: the one left over goes to the first.
    [
      [
        ['a', 33],
        ['b', 33],
        ['c', 33],
        ['new', 1],
      ],
      9,
      [
        ['new', 9],
        ['a', 31],
        ['b', 30],
        ['c', 30],
      ],
    ],
    [
      [
        ['new', 40],
        ['a', 60],
      ],
      5,
      [
        ['new', 5],
        ['a', 95],
      ],
    ],
    [
      [
        ['a', 99],
        ['b', 1],
      ],
      90,
      [
        ['new', 90],
        ['a', 10],
      ],
    ],
    [
      [['a', 100]],
      0,
      [
        ['new', 0],
        ['a', 100],
      ],
    ],
  ])('%j and %d %% for the new one', (present, percent, expected) =>
    expect(share(present, percent)).toEqual(expected),
  );
});

describe('option values', () => {
  it('reads what fits', () => {
    expect([wholeNumber(1, 10)('7'), positiveNumber('1e-3'), parseName('a-b')]).toEqual([7, 0.001, 'a-b']);
  });
  it.each(['0', '11', '1.5', '', 'x', '-1', '1e1'])('%j is no whole number from 1 to 10', (text) => {
    expect(() => wholeNumber(1, 10)(text)).toThrow('expected a whole number from 1 to 10');
  });
  it.each(['0', '-1', '', 'x', 'Infinity'])('%j is no number above 0', (text) => {
    expect(() => positiveNumber(text)).toThrow('expected a number above 0');
  });
  it('refuses a name that cannot stand in a URL', () =>
    expect(() => parseName('My Model')).toThrow('lower-case'));
});

describe('exit codes', () => {
  it.each([
    [new AppError('invalid_data', 'bad row'), 2],
    [new AppError('not_found', 'no run'), 2],
    [new AppError('unauthorized', 'no'), 1],
    [new AppError('unavailable', 'away'), 1],
    [new Error('bug'), 1],
    [Object.assign(new Error('EACCES'), { path: '/x', code: 'EACCES' }), 2],
    [new Failure('run_failed', 'diverged'), 1],
  ])('%s ends with %d', (error, exitCode) => expect(toFailure(error).exitCode).toBe(exitCode));
});

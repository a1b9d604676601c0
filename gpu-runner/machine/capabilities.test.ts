import { expect, it } from 'vitest';
import { RunnerCapabilities } from '../../shared/schema/run.ts';
import { capabilitiesOf, slotsOf } from './capabilities.ts';

const GIB = 2 ** 30;

it.each([
  ['a GPU', { usesGpu: true, cores: 32, memoryBytes: 256 * GIB }, 1],
  ['two cores', { usesGpu: false, cores: 2, memoryBytes: 24 * GIB }, 1],
  ['one core', { usesGpu: false, cores: 1, memoryBytes: GIB }, 1],
  ['eight cores', { usesGpu: false, cores: 8, memoryBytes: 64 * GIB }, 4],
  ['many cores and little memory', { usesGpu: false, cores: 16, memoryBytes: 10 * GIB }, 2],
  ['a large machine', { usesGpu: false, cores: 96, memoryBytes: 512 * GIB }, 8],
])('a machine with %s works on so many jobs', (_, machine, slots) => {
  expect(slotsOf(machine)).toBe(slots);
});

it('tells what the machine has, and what it was told', () => {
  const probe = { backend: 'libtensorflow' as const, version: '2.21.0', usesGpu: false };
  const told = capabilitiesOf(probe, { slots: 3, labels: ['night'] });
  expect(RunnerCapabilities.parse(told)).toMatchObject({
    ...{ libtensorflow: '2.21.0', gpu: null, gpuMemoryBytes: null, slots: 3, labels: ['night'] },
  });
  const plain = { backend: 'javascript' as const, version: '4.22.0', usesGpu: false };
  expect(capabilitiesOf(plain, { slots: null, labels: [] })).toMatchObject({ libtensorflow: null });
});

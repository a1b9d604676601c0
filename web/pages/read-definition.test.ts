/** What a person may have written, and what is said of it. */
import { describe, expect, it } from 'vitest';
import { profileBytes } from '../../shared/data/profile-dataset.ts';
import { suggestPipeline } from '../../shared/templates/suggest-pipeline.ts';
import { readDefinition, writeDefinition } from './read-definition.ts';

const rows = Array.from({ length: 60 }, (_, i) => `${i},${(i * 7) % 13},${i % 2 ? 'yes' : 'no'}`).join('\n');
const profile = profileBytes(new TextEncoder().encode(`a,b,label\n${rows}\n`), 'csv');
const spec = suggestPipeline(profile, { target: 'label' });
const read = (text: string) => readDefinition(text, profile, 'label');
const changed = (part: object) => read(JSON.stringify({ ...spec, ...part })).problem;

describe('readDefinition', () => {
  it('reads what was written', () => {
    expect(read(writeDefinition(spec))).toEqual({ spec, problem: null, model: spec.model });
  });

  it.each([
    [{ model: [{ type: 'dense', units: 0 }] }, /^model\.0\.units: /],
    [{ model: [{ type: 'dence' }] }, /^model\.0\.type: /],
    [{ model: [{ type: 'add', inputs: ['nowhere', 'x'] }] }, /^model\.0\.inputs/],
    [{ model: [{ type: 'conv2d', filters: 3, kernelSize: 3 }] }, /conv2d/],
    [{ features: [{ column: 'c', steps: [] }] }, /"c": the data has no such column/],
    [{ target: 'a' }, /^target: it is "a"; this page is about "label"/],
  ])('says what is wrong with %j', (part, message) => expect(changed(part)).toMatch(message));

  it('says where it is not JSON', () => {
    expect(read('{"a": }').problem).toMatch(/^This is not JSON: /);
  });
});

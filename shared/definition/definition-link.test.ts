/** A definition through a link and back. */
import { expect, it } from 'vitest';
import { cloudsSpec } from '../train/train-fixtures.ts';
import { definitionFromLink, definitionToLink } from './definition-link.ts';
import { NetworkPipeline } from './pipeline-spec.ts';

it('comes back as it was, in letters that need no escape', () => {
  const spec = NetworkPipeline.parse({ ...cloudsSpec(), target: 'größe & 猫' });
  const link = definitionToLink(spec);
  expect(link).toMatch(/^[\w-]+$/);
  expect(link.length).toBeLessThan(700);
  expect(NetworkPipeline.parse(JSON.parse(definitionFromLink(link)))).toEqual(spec);
});

it.each(['', 'AAAA', 'not base64 !', definitionToLink(cloudsSpec()).slice(0, -20)])(
  'says so of what is none: %j',
  (text) => {
    expect(definitionFromLink(text)).toMatch(/^The link holds no definition/);
  },
);

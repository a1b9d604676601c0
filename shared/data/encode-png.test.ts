import { expect, it } from 'vitest';
import { decodeSentImage } from './decode-sent.ts';
import { encodePng, toDataUrl } from './encode-png.ts';

it.each([1, 3] as const)('a picture of %i channels comes back from its PNG', (channels) => {
  const data = Uint8Array.from({ length: 5 * 3 * channels }, (_, i) => (i * 37) % 256);
  const image = { width: 5, height: 3, channels, data };
  expect([...encodePng(image).subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(toDataUrl(image)).toMatch(/^data:image\/png;base64,iVBORw0KGgo/);
  expect(decodeSentImage(toDataUrl(image))).toEqual(image);
});

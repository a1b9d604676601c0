import { expect, it } from 'vitest';
import { thumbnail } from './thumbnail.ts';

it('takes the mean of the pixels that each one stands for, in 32 levels', () => {
  const image = {
    width: 4,
    height: 2,
    channels: 1 as const,
    data: Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 247),
  };
  // the mean of the right half is 253: 30.8 of 31 levels, which is 31
  expect(thumbnail(image, 2)).toEqual({
    picture: { width: 2, height: 1, channels: 1, data: Uint8Array.of(0, 255) },
    scale: 0.5,
  });
  const grey = { ...image, data: Uint8Array.from({ length: 8 }, () => 100) };
  // 12.2 of 31 levels: the 12th, 98.7
  expect(thumbnail(grey, 2).picture.data).toEqual(Uint8Array.of(99, 99));
});

it('leaves a small picture as it is', () => {
  const image = { width: 1, height: 2, channels: 3 as const, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
  expect(thumbnail(image, 2)).toEqual({ picture: image, scale: 1 });
});

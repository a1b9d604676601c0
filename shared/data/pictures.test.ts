/** Pictures: decoding, folders of labels, IDX pairs, and what is refused. */
import { encode } from 'fast-png';
import { gzipSync, zipSync, zlibSync } from 'fflate';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { decodeImage, readImageSize } from './decode-image.ts';
import { loadDataset } from './load-dataset.ts';
import { packZip } from './pack-zip.ts';
import { profileBytes } from './profile-dataset.ts';

const png = (...data: number[]): Uint8Array =>
  encode({ width: data.length, height: 1, channels: 1, data: Uint8Array.from(data) });
const idx = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const idxImages = idx(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 20, 30, 40);
const idxLabels = idx(0, 0, 8, 1, 0, 0, 0, 2, 7, 3);

describe('decodeImage', () => {
  it('keeps grey, takes the high byte of 16 bits, and lays alpha on white', () => {
    expect(decodeImage(png(0, 100, 255))).toEqual({
      width: 3,
      height: 1,
      channels: 1,
      data: Uint8Array.of(0, 100, 255),
    });
    const deep = encode({
      width: 2,
      height: 1,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(0x1234, 0xffff),
    });
    expect(decodeImage(deep).data).toEqual(Uint8Array.of(0x12, 0xff));
    const clear = encode({
      width: 2,
      height: 1,
      channels: 4,
      data: Uint8Array.of(9, 9, 9, 0, 10, 20, 30, 255),
    });
    expect(decodeImage(clear)).toMatchObject({ channels: 3, data: Uint8Array.of(255, 255, 255, 10, 20, 30) });
    const half = encode({ width: 1, height: 1, channels: 2, data: Uint8Array.of(0, 51) });
    expect(decodeImage(half)).toMatchObject({ channels: 1, data: Uint8Array.of(204) });
  });

  it('decodes a JPEG', () => {
    const data = new Uint8Array(8 * 8 * 4).fill(200);
    const bytes = new Uint8Array(jpeg.encode({ width: 8, height: 8, data }, 100).data);
    const { width, height, channels, data: pixels } = decodeImage(bytes);
    expect([width, height, channels]).toEqual([8, 8, 3]);
    expect(pixels.length).toBe(192);
    for (const value of pixels) expect(Math.abs(value - 200)).toBeLessThan(3);
  });

  it('refuses other bytes, files cut short and huge sizes', () => {
    expect(() => decodeImage(Uint8Array.of(1, 2, 3))).toThrow(/neither a PNG nor a JPEG/);
    const whole = encode({
      width: 50,
      height: 50,
      channels: 1,
      data: Uint8Array.from({ length: 2500 }, (_, i) => (i * i) % 251),
    });
    expect(() => decodeImage(whole.subarray(0, 400))).toThrow(/cannot be decoded/);
    const bomb = png(1).slice();
    new DataView(bomb.buffer, bomb.byteOffset).setUint32(16, 100_000_000);
    expect(() => readImageSize(bomb)).toThrow(/100000000 × 1 pixels/);
  });
});

describe('decodeImage, faced with a bomb', () => {
  /** A PNG of these chunks; the checksums are nil, as no reader here looks at them. */
  const chunks = (...parts: [type: string, data: Uint8Array][]): Uint8Array => {
    const bytes = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
    for (const [type, data] of parts) {
      bytes.push(...new Uint8Array(Uint32Array.of(data.length).buffer).reverse());
      bytes.push(...new TextEncoder().encode(type), ...data, 0, 0, 0, 0);
    }
    return Uint8Array.from(bytes);
  };
  const header = (width: number, height: number, depth = 8, colour = 0): [string, Uint8Array] => {
    const data = new Uint8Array(13);
    const view = new DataView(data.buffer);
    view.setUint32(0, width);
    view.setUint32(4, height);
    data.set([depth, colour], 8);
    return ['IHDR', data];
  };
  const end: [string, Uint8Array] = ['IEND', new Uint8Array(0)];
  const zeros = zlibSync(new Uint8Array(64 << 20)); // 64 MiB in 64 KiB

  it('takes what the header promises, and a colour profile that no one opens', () => {
    const profile = Uint8Array.from([65, 0, 0, ...zeros]);
    const sound = chunks(header(2, 2), ['iCCP', profile], ['IDAT', zlibSync(new Uint8Array(6))], end);
    expect(decodeImage(sound)).toEqual({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
  });

  it.each([
    ['inflates beyond its size', chunks(header(2, 2), ['IDAT', zeros], end), /more than its size needs/],
    [
      'inflates so in small pieces',
      chunks(
        header(2, 2),
        ...Array.from({ length: 9 }, (_, i): [string, Uint8Array] => [
          'IDAT',
          zeros.subarray(i * 7300, (i + 1) * 7300),
        ]),
        end,
      ),
      /more than its size needs/,
    ],
    [
      'states its size twice',
      chunks(header(2, 2), header(5000, 5000), ['IDAT', zlibSync(new Uint8Array(6))], end),
      /several headers/,
    ],
    [
      'states a size that its bytes cannot hold',
      chunks(header(5000, 5000), ['IDAT', zlibSync(new Uint8Array(6))], end),
      /5000 × 5000 pixels in 67 bytes, which cannot hold so many/,
    ],
    ['is too deep', chunks(header(5000, 5000, 16, 6), ['IDAT', zeros], end), /bytes of samples/],
    ['has no end', chunks(header(2, 2)), /cut short/],
  ])('refuses a PNG that %s', (_, bytes, message) => {
    expect(() => decodeImage(bytes)).toThrow(
      expect.objectContaining({ code: 'invalid_data', message: expect.stringMatching(message) }),
    );
  });

  it('refuses a JPEG that states a size its bytes cannot hold', () => {
    const data = new Uint8Array(8 * 8 * 4).fill(200);
    const bytes = new Uint8Array(jpeg.encode({ width: 8, height: 8, data }, 50).data);
    const frame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
    const view = new DataView(bytes.buffer);
    view.setUint16(frame + 5, 5000);
    view.setUint16(frame + 7, 5000);
    expect(() => decodeImage(bytes)).toThrow(/5000 × 5000 pixels in \d+ bytes, which cannot hold so many/);
    view.setUint16(frame + 7, 6000);
    expect(() => decodeImage(bytes)).toThrow(/accepted are 1 to 25000000 pixels/);
  });
});

describe('pictures', () => {
  const folders = [
    { path: 'set/dog/1.png', bytes: png(1, 2) },
    { path: 'set/cat/2.png', bytes: png(3, 4) },
    { path: 'set/cat/3.PNG', bytes: png(5, 6) },
    { path: 'set/README.txt', bytes: Uint8Array.of(65) },
    { path: '__MACOSX/set/cat/._2.png', bytes: Uint8Array.of(1) },
  ];

  it('takes the folder for the label; the same files pack to the same bytes', () => {
    const zip = packZip(folders);
    expect(packZip(folders.toReversed())).toEqual(zip);
    const profile = profileBytes(zip, 'pictures');
    expect(profile.rows).toBe(3);
    expect(profile.columns[0]).toMatchObject({ name: 'image', image: { width: 2, height: 1, channels: 1 } });
    expect(profile.columns[1]).toMatchObject({
      name: 'label',
      distinct: 2,
      top: [
        { value: 'cat', count: 2 },
        { value: 'dog', count: 1 },
      ],
    });
    const { rows, columns } = loadDataset(zip, 'pictures');
    expect(rows).toBe(3);
    expect(columns.get('label')).toEqual({ type: 'category', values: ['cat', 'cat', 'dog'] });
    expect(columns.get('image')?.values[2]).toEqual({
      width: 2,
      height: 1,
      channels: 1,
      data: Uint8Array.of(1, 2),
    });
  });

  it('joins IDX pairs, gzip or not', () => {
    const zip = packZip([
      { path: 'train-images-idx3-ubyte', bytes: idxImages },
      { path: 'train-labels-idx1-ubyte', bytes: idxLabels },
      { path: 't10k-images-idx3-ubyte.gz', bytes: gzipSync(idxImages) },
      { path: 't10k-labels-idx1-ubyte.gz', bytes: gzipSync(idxLabels) },
    ]);
    const { rows, columns } = loadDataset(zip, 'pictures');
    expect(rows).toBe(4);
    expect(columns.get('label')?.values).toEqual(['7', '3', '7', '3']);
    expect(columns.get('image')?.values[1]).toEqual({
      width: 2,
      height: 1,
      channels: 1,
      data: Uint8Array.of(30, 40),
    });
  });

  const zip = (files: Record<string, Uint8Array>): Uint8Array => zipSync(files);
  it.each([
    ['nothing', new Uint8Array(0), /the file is empty/],
    ['text', new TextEncoder().encode('a,b\n'), /not a zip/],
    ['no pictures', zip({ 'a/notes.txt': Uint8Array.of(1) }), /the zip has no pictures/],
    ['a picture in no folder', zip({ '1.png': png(1) }), /"1.png" lies in no folder/],
    ['another format', zip({ 'a/1.webp': png(1) }), /"a\/1.webp" is in a format that is not read/],
    ['a bad picture', zip({ 'a/1.png': png(1), 'b/2.png': Uint8Array.of(9) }), /"b\/2.png": neither a PNG/],
    ['a cut zip', packZip(folders).subarray(0, 60), /cut short/],
    ['half a pair', zip({ 'train-images-idx3-ubyte': idxImages }), /has no labels file beside it/],
    [
      'unequal halves',
      zip({ 'images-idx3-ubyte': idxImages, 'labels-idx1-ubyte': idx(0, 0, 8, 1, 0, 0, 0, 1, 7) }),
      /has 2 pictures, but "labels-idx1-ubyte" 1 labels/,
    ],
    [
      'a bad IDX header',
      zip({ 'images-idx3-ubyte': idx(1, 2, 3), 'labels-idx1-ubyte': idxLabels }),
      /"images-idx3-ubyte": not an IDX file/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => profileBytes(bytes, 'pictures')).toThrow(message);
    expect(() => loadDataset(bytes, 'pictures')).toThrow(message);
  });
});

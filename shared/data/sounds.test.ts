/** Sounds: WAV in all its forms, folders of labels, and what is refused. */
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { formatOfProfile } from '../schema/dataset.ts';
import { decodeWav, readSoundSize } from './decode-wav.ts';
import { encodeWav } from './encode-wav.ts';
import { loadDataset } from './load-dataset.ts';
import { packZip } from './pack-zip.ts';
import { profileBytes } from './profile-dataset.ts';

interface Form {
  tag?: number;
  bits: number;
  channels?: number;
  rate?: number;
  extensible?: boolean;
  /** Samples as they are stored. */
  data: Uint8Array;
  /** A chunk of odd length that stands before the samples. */
  note?: string;
}

/** A WAV file written by hand. */
function wav({ tag = 1, bits, channels = 1, rate = 8000, extensible = false, data, note }: Form): Uint8Array {
  const format = new DataView(new ArrayBuffer(extensible ? 40 : 16));
  format.setUint16(0, extensible ? 0xfffe : tag, true);
  format.setUint16(2, channels, true);
  format.setUint32(4, rate, true);
  format.setUint16(14, bits, true);
  if (extensible) format.setUint16(24, tag, true);
  const chunk = (name: string, body: Uint8Array) => {
    const size = new DataView(new ArrayBuffer(4));
    size.setUint32(0, body.length, true);
    const padding = body.length % 2;
    return [...text(name), ...new Uint8Array(size.buffer), ...body, ...new Uint8Array(padding)];
  };
  const body = [
    ...chunk('fmt ', new Uint8Array(format.buffer)),
    ...(note === undefined ? [] : chunk('LIST', text(note))),
    ...chunk('data', data),
  ];
  return Uint8Array.from([...text('RIFF'), 0, 0, 0, 0, ...text('WAVE'), ...body]);
}
const text = (words: string) => new TextEncoder().encode(words);
const bytesOf = (values: { buffer: ArrayBufferLike }) => new Uint8Array(values.buffer as ArrayBuffer);

/** A PNG of one grey pixel. */
const PIXEL = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });

describe('decodeWav', () => {
  it.each<[string, Form, number[]]>([
    ['8 bits', { bits: 8, data: Uint8Array.of(0, 128, 192) }, [-1, 0, 0.5]],
    ['16 bits', { bits: 16, data: bytesOf(Int16Array.of(-32768, 0, 16384)) }, [-1, 0, 0.5]],
    ['24 bits', { bits: 24, data: Uint8Array.of(0, 0, 0x80, 0, 0, 0, 0, 0, 0x40) }, [-1, 0, 0.5]],
    ['32 bits', { bits: 32, data: bytesOf(Int32Array.of(-(2 ** 31), 2 ** 30)) }, [-1, 0.5]],
    ['floats', { tag: 3, bits: 32, data: bytesOf(Float32Array.of(-0.25, 1)) }, [-0.25, 1]],
    ['double floats', { tag: 3, bits: 64, data: bytesOf(Float64Array.of(-0.25, 1)) }, [-0.25, 1]],
    ['the extensible form', { bits: 16, extensible: true, data: bytesOf(Int16Array.of(8192)) }, [0.25]],
    [
      'two channels',
      { bits: 16, channels: 2, data: bytesOf(Int16Array.of(16384, 0, -16384, 16384)) },
      [0.25, 0],
    ],
    ['a note before the samples', { bits: 8, note: 'odd', data: Uint8Array.of(64) }, [-0.5]],
  ])('reads %s', (_, form, samples) => {
    const bytes = wav(form);
    expect(decodeWav(bytes)).toEqual({ rate: 8000, samples: Float32Array.from(samples) });
    expect(readSoundSize(bytes)).toEqual({
      rate: 8000,
      channels: form.channels ?? 1,
      length: samples.length,
    });
  });

  it('reads a stream whose length was not known when it began', () => {
    const bytes = wav({ bits: 8, data: Uint8Array.of(192, 64) });
    new DataView(bytes.buffer).setUint32(40, 0xffffffff, true);
    expect(decodeWav(bytes).samples).toEqual(Float32Array.of(0.5, -0.5));
  });

  it.each<[RegExp, Uint8Array]>([
    [/not a WAV file/, text('ID3 and then an MP3')],
    [/not a WAV file/, new Uint8Array(0)],
    [/16-bit samples of format 2; accepted are PCM/, wav({ tag: 2, bits: 16, data: new Uint8Array(4) })],
    [/12-bit samples/, wav({ bits: 12, data: new Uint8Array(4) })],
    [/999 samples a second; 1000 to 384000/, wav({ bits: 8, rate: 999, data: new Uint8Array(4) })],
    [/0 channels; 1 to 32/, wav({ bits: 8, channels: 0, data: new Uint8Array(4) })],
    [/it states 8 bytes of samples and has 5/, wav({ bits: 8, data: new Uint8Array(8) }).subarray(0, -3)],
    [/has no samples/, wav({ bits: 16, data: new Uint8Array(1) })],
    [/has no samples, or is cut short/, wav({ bits: 8, data: new Uint8Array(4) }).subarray(0, 38)],
    [
      /sample 2 is no finite number/,
      wav({ tag: 3, bits: 32, data: bytesOf(Float32Array.of(0, Number.NaN)) }),
    ],
  ])('refuses with %s', (message, bytes) => {
    expect(() => decodeWav(bytes)).toThrow(message);
  });

  it('gives back what was encoded, and cuts what is too loud', () => {
    const samples = Float32Array.of(0, 0.5, -0.5, 1.5, -1.5);
    expect(decodeWav(encodeWav({ rate: 16_000, samples }))).toEqual({
      rate: 16_000,
      samples: Float32Array.of(0, 0.5, -0.5, 1 - 2 ** -15, -1),
    });
  });
});

describe('a dataset of sounds', () => {
  const sound = (rate: number, length: number) =>
    encodeWav({ rate, samples: new Float32Array(length).fill(0.5) });
  const named = (...paths: string[]) => paths.map((path, i) => ({ path, bytes: sound(8000, 80 * (i + 1)) }));

  it('takes the folder for the label, and profiles rates and lengths', () => {
    const bytes = packZip(named('yes/1.wav', 'yes/2.WAV', 'no/1.wav', 'no/notes.txt'));
    const profile = profileBytes(bytes, 'pictures');
    expect(formatOfProfile('pictures', profile)).toBe('sounds');
    expect(profile.rows).toBe(3);
    expect(profile.columns).toMatchObject([
      {
        name: 'audio',
        type: 'audio',
        distinct: 3,
        audio: { rate: 8000, seconds: { min: 0.01, median: 0.02, max: 0.03 } },
      },
      {
        name: 'label',
        distinct: 2,
        top: [
          { value: 'yes', count: 2 },
          { value: 'no', count: 1 },
        ],
      },
    ]);
    const { columns } = loadDataset(bytes, 'sounds');
    expect(columns.get('label')!.values).toEqual(['no', 'yes', 'yes']);
    expect(columns.get('audio')!.values.map((one) => (one as { rate: number }).rate)).toEqual([
      8000, 8000, 8000,
    ]);
  });

  it.each([
    [
      ['7_anna_0.wav', '7_anna_1.wav', '3_ben_0.wav'],
      ['3', '7', '7'],
    ],
    [
      ['recordings/7_anna_0.wav', 'recordings/3_ben_0.wav'],
      ['3', '7'],
    ],
  ])('takes the label from the name where there are no folders: %j', (paths, labels) => {
    const { columns } = loadDataset(packZip(named(...paths)), 'sounds');
    expect(columns.get('label')!.values).toEqual(labels);
  });

  it.each<[RegExp, Record<string, Uint8Array>]>([
    [/"a\/x\.wav": not a WAV file/, { 'a/x.wav': text('nothing') }],
    [/"a\/x\.mp3" is in a format that is not read; convert it to WAV/, { 'a/x.mp3': text('ID3') }],
    [/"hello\.wav" lies in no folder/, { 'hello.wav': sound(8000, 8) }],
    [
      /both pictures and sounds, "a\/1\.png" and "a\/x\.wav"/,
      { 'a/1.png': PIXEL, 'a/x.wav': sound(8000, 8) },
    ],
    [/no pictures or sounds/, { 'a/readme.txt': text('hello') }],
  ])('refuses with %s', (message, files) => {
    const bytes = zipSync(files);
    expect(() => profileBytes(bytes, 'sounds')).toThrow(message);
    expect(() => loadDataset(bytes, 'sounds')).toThrow(message);
  });
});

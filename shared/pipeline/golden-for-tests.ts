/**
 * Golden vectors: tables, definitions and the exact bytes of the features, worked out by an implementation of its own (in
 * Python). In any runtime `goldenBytes` must equal `bytes`: the tab, the runner and workerd.
 */
import type { Image, Sound, Table } from '../data/table.ts';
import { type FitSpec, fitPipeline } from '../tasks/fit-pipeline.ts';
import { applyPipeline } from './apply-pipeline.ts';
import { FittedPipeline } from './fitted-pipeline.ts';
import { withHistories } from './histories.ts';

export interface Golden {
  name: string;
  spec: FitSpec;
  table: Table;
  trainRows: Uint32Array;
  /** The features of all rows: float32, little-endian. */
  bytes: string;
}

const numbersAndCategories: Golden = {
  name: 'numbers and categories',
  spec: {
    task: 'classification',
    target: 'label',
    features: [
      { column: 'age', steps: [{ type: 'impute', strategy: 'median' }, { type: 'standardise' }] },
      { column: 'fare', steps: [{ type: 'minmax' }] },
      { column: 'port', steps: [{ type: 'impute', strategy: 'mode' }, { type: 'onehot' }] },
      { column: 'decimals', steps: [{ type: 'standardise' }] },
    ],
  },
  table: {
    rows: 8,
    columns: new Map([
      ['age', { type: 'number', values: Float64Array.of(22.5, Number.NaN, 38, 26, 35.1, 54, 2, 27.75) }],
      [
        'fare',
        {
          type: 'number',
          values: Float64Array.of(7.25, 71.2833, 7.925, 53.1, 8.05, 51.8625, 21.075, 11.1333),
        },
      ],
      ['port', { type: 'category', values: ['S', 'C', 'S', null, 'Q', 'S', 'S', 'C'] }],
      [
        'decimals',
        { type: 'number', values: Float64Array.of(0.1, 0.2, 0.1 + 0.2, 1e-7, 123456.789, -3.5, 0, 1 / 3) },
      ],
      ['label', { type: 'category', values: [...'abababab'] }],
    ]),
  },
  trainRows: Uint32Array.of(0, 1, 2, 4, 5, 7),
  bytes:
    'c05da8bf0000000000000000000000000000803f6ff7e4be6eb100bd0000803f0000803f000000000000000026f7e4bef636873eccb52c3c00000000000000000000803fddf6e4be0e6e75bffc4d373f00000000000000000000803fb8f7e4be6eb100bd89b14c3c000000000000803f00000000bd1b0f40c37ef23f715b323f00000000000000000000803fb001e5be48e059c0c0155d3e00000000000000000000803fb8f7e4be54c747bfe666783d0000803f0000000000000000c5f6e4be',
};

const fare = Float64Array.of(7.25, 71.2833, -7.925, 53.1, 8.05, 51.8625, 2107.5, 11.1333);
const port = ['S', 'C', 'S', 'X', 'Q', 'S', 'S', 'C'];
/** A feature of a column by one step. */
const by = (column: string, name: string, ...steps: FitSpec['features'][number]['steps']) => ({
  column,
  name,
  steps,
});
const everyStepOfTables: Golden = {
  name: 'the steps of tables',
  spec: {
    task: 'classification',
    target: 'label',
    features: [
      by('age', 'age', { type: 'impute', strategy: 'out-of-range' }),
      by('age', 'no age', { type: 'missing' }),
      by('fare', 'robust', { type: 'robust' }),
      by('fare', 'log', { type: 'clip', quantiles: [0.1, 0.9] }, { type: 'log' }, { type: 'standardise' }),
      by('fare', 'width', { type: 'bin', bins: 4, strategy: 'width', output: 'place' }),
      by('fare', 'thirds', { type: 'bin', bins: 3, strategy: 'quantiles', output: 'onehot' }),
      by('fare', 'rank', { type: 'quantile', quantiles: 5 }),
      by('port', 'place', { type: 'ordinal' }),
      by('port', 'share', { type: 'frequency' }),
      by('port', 'bucket', { type: 'hash', buckets: 5, output: 'onehot' }),
      by('port', 'mean', { type: 'target', smoothing: 10 }),
      by('when', 'when', {
        type: 'date',
        parts: ['days', 'year', 'month', 'weekday', 'hour'],
        cycles: ['month', 'weekday', 'hour'],
      }),
    ],
  },
  table: {
    rows: 8,
    columns: new Map([
      ['age', { type: 'number', values: Float64Array.of(22.5, Number.NaN, 38, 26, 35.1, 54, 2, 27.75) }],
      ['fare', { type: 'number', values: fare }],
      ['port', { type: 'category', values: port }],
      [
        'when',
        {
          type: 'category',
          values: [
            '2024-02-29',
            '2023-12-31T23:30',
            '2024-01-01T00:00:00Z',
            '2024-06-15',
            '1999-03',
            '2024-02-28T12:00+02:00',
            '2025-01-01',
            '2024-07-04',
          ],
        },
      ],
      ['label', { type: 'category', values: [...'abababab'] }],
    ]),
  },
  trainRows: Uint32Array.of(0, 1, 2, 4, 5, 7),
  bytes:
    '0000b44100000000f6198cbd81cb64be000000000000803f000000000000000080ab7c3e000000400000003f000000000000000000000000000000000000803fc54eec3ef8837c3f0000fd440000004000004040000000000000003fd7b35d3f0226de3ee5a566bf000000000000803f000020c10000803f63b0e63fc8b4943f0000404000000000000000000000803f0000803f00000000abaaaa3e0000803f000000000000000000000000000000005555153f20e27a3f00e0fc44000040410000c0400000b841000000bfd7b35d3f1c2648bf079d1f3fa8a805be55cf7d3f0000184200000000cb0003bf4ab6eebf000000000000803f000000000000000000000000000000400000003f000000000000000000000000000000000000803fc54eec3e45e27a3f0000fd440000803f0000000000000000000000000000803f000000000000803f000000000000803f0000d04100000000d2b1a23f41f9873f0000404000000000000000000000803f5ab0583f000040400000000000000000000000000000803f00000000000000000000003f7d797f3f0000fd440000c0400000a040000000000000003fd7b35dbfe09479bf87dc63be000000000000803f66660c4200000000787938bd610024be00000000000000000000803f0000000036dca33e0000803fabaa2a3e000000000000803f0000000000000000000000002fbae83e0000000000e0f944000040400000000000000000d7b35d3f0000003f000000000000803f000000000000803f00005842000000002e119e3fdcf2853f0000404000000000000000000000803f7303563f000000400000003f000000000000000000000000000000000000803fc54eec3ed77f7c3f0000fd440000004000000040000040410000003fd7b35d3fe094793f87dc63be00000080000080bf000000400000000026277542c8b4943f0000404000000000000000000000803f0000803f000000400000003f000000000000000000000000000000000000803fc54eec3eb580823f0020fd440000803f0000004000000000000000000000803fe094793f87dc63be000000000000803f0000de41000000007879383d3404253d00000000000000000000803f000000002613033f00000000abaaaa3e0000803f000000000000000000000000000000005555153f0000803f0000fd440000e040000040400000000000000080000080bf0226de3ee5a566bf000000000000803f',
};

const seriesColumn = {
  type: 'number' as const,
  values: Float64Array.of(112, 118, 132.5, 129, 121, 135, 148.25, 148, 136, 119, 104, 118.1),
};
const series: Golden = {
  name: 'a series that features look back on',
  spec: {
    task: 'regression',
    target: 'y',
    features: [
      { column: 'y', history: 4, steps: [{ type: 'lags', lags: [1, 4] }] },
      {
        column: 'y',
        name: 'window',
        history: 4,
        steps: [{ type: 'windows', sizes: [3], statistics: ['mean', 'min', 'max', 'std'] }],
      },
      { column: 'y', name: 'change', history: 4, steps: [{ type: 'differences', over: [1, 3] }] },
    ],
  },
  table: { rows: 12, columns: new Map([['y', seriesColumn]]) },
  trainRows: Uint32Array.of(0, 1, 2, 4, 5),
  bytes:
    '2b490abf14031dc0474f52bf6c98e3bf44cf15bea6fb313fb4aac9be92e1f43f8f61b8bf6c98e3bf098035bf8f61b8bf44cf15be59aa0a3ff37966bf76dbac3e2b490a3e44cf15beff7d1dbf8f61b8bf2b490a3e2938253fb4aac93f380c903e2226d03f2b490abfdaf3da3d8f61b8bf2226d03f1c45a03ffddcbe3f5ca50a403b8ccc3f8f61b8bfd6538f3f2b490a3e2226d03f3346323ff379e6bce576424024867d3e2b490a3e0b21943f24867d3e2226d03ffdb1243f76dbacbff379e63dcd30d5bf2226d03f69d7753dcd30d5bf3b8ccc3f4362ab3f92e1f4bf78ab52c090a156c03b8ccc3f6396cbbf90a156c024867d3e3e4ebc3f5312d8bfd7739ec0',
};

const pictureOf = (width: number, height: number): Image => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + 11) % 256),
});
const picture = pictureOf(5, 3);

const pictures: Golden = {
  name: 'pictures',
  spec: {
    task: 'classification',
    target: 'label',
    features: [
      {
        column: 'image',
        steps: [{ type: 'image', height: 4, width: 3, channels: 1, scale: 'minus-one-one' }],
      },
    ],
  },
  table: {
    rows: 2,
    columns: new Map([
      ['image', { type: 'image', values: [picture, picture] }],
      ['label', { type: 'category', values: ['a', 'b'] }],
    ]),
  },
  trainRows: Uint32Array.of(0, 1),
  bytes:
    '6f27c6be1de4afbe4881b53e067734be3b0a02bfdbf6973d56fe443d1fd7f5be87d5f0bdc242583e33eb89be9db820be'.repeat(
      2,
    ),
};

const croppedPictures: Golden = {
  ...pictures,
  name: 'pictures, cropped and standardised',
  spec: {
    ...pictures.spec,
    features: [
      {
        column: 'image',
        steps: [{ type: 'image', height: 2, width: 2, channels: 3, scale: 'standardised', fit: 'crop' }],
      },
    ],
  },
  table: {
    rows: 2,
    columns: new Map([
      ['image', { type: 'image', values: [picture, pictureOf(3, 7)] }],
      ['label', { type: 'category', values: ['a', 'b'] }],
    ]),
  },
  bytes:
    'b7dc353fadf5aebeb2f6183f046315bfd7469bbf914228be9119c63ff061ee3f8f88e3bfcce6813e08b17d3f149fe13fe553633f957263be78bb333fadd7cfbebef70b3feabd74bd47e40ebff81699bfb2f618be0112edbf19b3dabe034569bf',
};

const texts = [
  'The cat sat on the mat',
  'the DOG sat!',
  'A bird; the bird sang',
  null,
  '猫坐在垫子上',
  'ｃａｔ naïve 猫',
];
const textsAs = (
  name: string,
  step: FitSpec['features'][number]['steps'][number],
  bytes: string,
): Golden => ({
  name,
  spec: { task: 'classification', target: 'label', features: [{ column: 'text', steps: [step] }] },
  table: {
    rows: 6,
    columns: new Map([
      ['text', { type: 'category', values: texts }],
      ['label', { type: 'category', values: [...'ababab'] }],
    ]),
  },
  trainRows: Uint32Array.of(0, 1, 2, 4, 5),
  bytes,
});

const weighedTexts = textsAs(
  'texts by TF-IDF',
  { type: 'tfidf', analyzer: 'words', ngrams: [1, 2], maxFeatures: 100, minCount: 2 },
  '0de1423fc0c4ea3ec0c4ea3e000000008982233f000000007cfa443f000000000000803f000000000000000000000000000000000000000000000000000000000000000000000000000000000000803f00000000f304353f00000000f304353f',
);
const tokenisedTexts = textsAs(
  'texts by their tokens',
  { type: 'tokens', analyzer: 'words', length: 4, vocabulary: 100, minCount: 2 },
  '0000004000004040000080400000803f000000400000803f00008040000000000000803f0000803f000000400000803f000000000000000000000000000000000000a0400000803f0000803f0000803f000040400000803f0000a04000000000',
);

const textsInParts = textsAs(
  'texts by parts of their words',
  { type: 'subwords', length: 8, vocabulary: 24, minCount: 2 },
  '0000a041000000400000c8410000a841000088410000004000006041000000410000a041000000400000e04000006041000040410000a84100008841000000000000004000008040000000400000c0410000a041000000400000c0410000a84100000000000000000000000000000000000000000000000000000000000000000000004000008041000000400000803f000000400000803f000000400000803f000000400000c8410000004000000041000080400000803f0000803f0000a040',
);

const textsInPieces = textsAs(
  'whole texts by their pieces',
  { type: 'pieces', length: 8, vocabulary: 30, minCount: 1, lowercase: true },
  '00000040000040400000f84100000040000090410000f041000000400000104100000040000040400000f841000000400000e0400000504100003041000000400000004000008040000000400000204100004041000060410000e040000088410000000000000000000000000000000000000000000000000000000000000000000070410000c0410000b8410000c8410000d0410000b0410000000000000000000000400000e0410000d8410000e8410000004000000041000080400000a841',
);

/** Samples that every language works out alike; the second half is softer. */
const sound = (rate: number, length: number, factor: number): Sound => ({
  rate,
  samples: Float32Array.from(
    { length },
    (_, k) => ((((k * k * 37 + k * factor) % 2001) - 1000) / 1024) * (k < length / 2 ? 1 : 0.5),
  ),
});
const listen = { rate: 2000, seconds: 0.1, window: 16, hop: 8, bands: 6 };

/** Too short, too long, of another rate, and silent. */
const sounds: Golden = {
  name: 'sounds',
  spec: {
    task: 'classification',
    target: 'label',
    features: [
      by('audio', 'spectrogram', { type: 'spectrogram', ...listen }),
      by('audio', 'mfcc', { type: 'mfcc', ...listen, coefficients: 4 }),
    ],
  },
  table: {
    rows: 4,
    columns: new Map([
      [
        'audio',
        {
          type: 'audio',
          values: [
            sound(2000, 120, 11),
            sound(2000, 400, 7),
            sound(3000, 300, 5),
            { rate: 2000, samples: new Float32Array(100) },
          ],
        },
      ],
      ['label', { type: 'category', values: [...'abab'] }],
    ]),
  },
  trainRows: Uint32Array.of(0, 1, 2, 3),
  bytes:
    '000000000000000000000000000000000000000000000000f0cd603ffb935b3feaca513f990a483f18f1433f2a3c413f70df763f2f2e713f95fe653f25206d3fe2df723f91457a3fc4f2713ff7e4643f29f8723fd948783fab6e733ff8d36c3f35f85e3f006c653fdc105a3f0c30753f97da793f0000803f46e1713f3b87713f5b535e3fc5265f3fd26f643f9e7b5c3fd8e5593ff6965b3f2d885d3f7db7653fe73b5d3fdcdf6b3fefa2563feea0613fbd106c3f9c485d3f4fe2573f1fbd6a3fa805593ff52c603f3458513f0e0e553fc514643fee605d3f76ed403ff4704b3f04503f3fcfd2503f62915f3f9a975c3f000000000000000000000000000000000000000000000000ea15c5bf363be23e2fc127be4ef798bde64dd73e6eed2b4062caa93e8c8e32bed35b3e3f9d10203e7014d33f3a2c643ec5f33b3f8e5d0e3e23cf6abf48b4a53fb988333f76c6fbbf1bfd483f15bb383f4ae6213f8133e43f08125b3f6e19da3e2c00153f03d7fabe0e913bbcd87a05bf56f7153fb954493d283125bf206221c08fc4073fa6eeab3dfb654d3fa305d53d1d1ad53e2837cebf17f0243fc0b8f13eea15c5bf363be23e2fc127be4ef798bd08b45f3f0977583f24b5603f0e5e723fdcbc743f2527793f4fb9673fef6a613f706c6d3fdf4e763f56c1723f907f6e3f1568713f2771653f3f0e713f4e5b713fccc86a3f3a44653f7c96643f73155c3f4517713fcf87713fc54f6e3f8489703f53e66d3f14e3613f2e61713fcc55743f0f956e3f154b663f98f1673f58735b3fe1b15e3f1ab76b3f47eb723f12c97a3f0000803f6ec96f3f799d5e3f6ffa643fef686a3f24b66c3ff2f4673f57d7693f07b2613fee13673f649e793f367e763fb5bb643f8df2623f0725703ffb1b713f2f366b3f67136d3fc893783fa4157c3f962b743ffe45793f7423653f4501763f1aba423f7efa6c3fc767743f6756623f9024793f091e7e3f9f502b3fd05ae3bfb5b03d3e9430863f99c9333f62b402bf7ac27abf0bd97d3f1dd8313f700e4c3f3d655fbf447d663f51f32e3f8b7a2abf838e7abf6759963e2e46323f8ee5aa3e97639cbfeca8993f02462c3f40eba3bffffba63fb393643f0d53323f4ba4b03fc368144082ba843fca65323f861c42bfb68f923fccb3933e4c942e3fcb9249be7b568cbf3dc8d5bc3dce463f02049d3feeb6c2bdc17569bf45292d3f81c314c05337bebfede569c0ef4e6b3fbee36d3fa50f5f3f53d56f3ffae9773fa2df7e3f0000803f74997f3fad7c693f65655e3f7b186d3faa246f3fc3d36b3fb1ae6d3ffd206d3f5697673f4c18663f4611723fef7e643f3241683fa5be713fca06783f011e753fcd836d3fec84623fc082623f5e4f733f8db67b3fe533773f7edd6f3fbd55603fed98623f3424723f47eb623fb7b0613feaad743fed435e3fef00593f56b54c3f87d1593f2249643f925b6a3f6aaa543f3a29543fbf4d623f1040703f78cc6c3fdda0643fef4b593f8974643f8aef5b3f0e28573fbb775f3f05f65e3f1008493fdf1d523f53ab5d3f69525b3ffdf7583f9db9623f04a35e3f478c5b3f60ba4e3f8dfe653f0c37683fc0b5623f868c3a3f3c4b6dbf1eedbd3fe5c1a43ebe803c3feccaf23fb73a0d407fe945bf72aa303fcc0af43ed7c0c73edd7791bfe83c383fb3d2debe3a9bccbfc6fff53e2908393ffc0266bfc64ef2bf3eef493fb8f7263f190474beb39c2abe99c404c0915c0c3fd03719bf768cf23f3785193fdf6c193fad039abfbe31d8bfd832953f54810d3f8fe0d13e729f173ec8b66bbf01d1003f67985ebf8e8276bfcd439ebf51c4113fdad0d2be4833193f3c09d63f000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000ea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bdea15c5bf363be23e2fc127be4ef798bd',
};

export const GOLDEN: readonly Golden[] = [
  numbersAndCategories,
  everyStepOfTables,
  series,
  pictures,
  croppedPictures,
  weighedTexts,
  tokenisedTexts,
  textsInParts,
  textsInPieces,
  sounds,
];

/** The features' bytes as this runtime makes them, the fitted pipeline having been through JSON as an artifact's has. */
export function goldenBytes({ spec, table: rows, trainRows }: Golden): string {
  const table = withHistories(rows, spec.features);
  const fitted = FittedPipeline.parse(JSON.parse(JSON.stringify(fitPipeline(spec, table, trainRows))));
  const { data } = applyPipeline(fitted, table);
  return [...new Uint8Array(data.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

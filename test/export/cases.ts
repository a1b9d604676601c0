/** Models that between them have every block and every feature step. */
import type { Source } from './exported.ts';
import {
  ATTENTIVE,
  AUGMENTED,
  BRANCHED,
  EDGES,
  MASKED,
  MOBILE,
  RECURRENT,
  SMALL,
  TEXT_LAYERS,
  TRAINING,
  WINDOWS,
} from './models.ts';
import {
  ofChineseTexts,
  ofPictures,
  ofSeries,
  ofSounds,
  ofSteps,
  ofTable,
  ofTokens,
  TOKENS,
} from './sources.ts';

export interface Case {
  name: string;
  source(): Promise<Source>;
  /** A file that its Keras script trains on. */
  csv?: string;
  /** It does so at once, without epochs. */
  isSolved?: true;
  /** Keras on PyTorch, which the tests have, answers otherwise than on TensorFlow. */
  notInKeras?: true;
  /** What TensorFlow.js lacks. */
  notInTypescript?: RegExp;
  /** Why no LayersModel is made of it, where that is more. */
  notInTfjs?: RegExp;
}

const SPECTROGRAM = { rate: 6000, seconds: 0.4, window: 32, hop: 16, bands: 24 };

export const cases: Case[] = [
  {
    name: 'penguins, trained',
    source: () => ofTable('tabular-penguins/penguins.csv', 'species', {}, { train: true }),
    csv: 'tabular-penguins/penguins.csv',
  },
  {
    name: 'diabetes',
    source: () => ofTable('tabular-sklearn/diabetes.csv', 'progression'),
    csv: 'tabular-sklearn/diabetes.csv',
  },
  {
    name: 'a graph of blocks',
    source: () => ofTable('tabular-penguins/penguins.csv', 'species', { model: BRANCHED }),
  },
  {
    name: 'ratings by users and items',
    notInTfjs: /\(Slice\)/,
    source: () =>
      ofTable('restaurant-ratings/ratings.csv', 'rating', { template: 'ratings', task: 'regression' }),
  },
  {
    name: 'a linear forecast, trained',
    source: () => ofSeries({ template: 'series-forecast', task: 'regression' }, true),
    csv: 'classic-timeseries/air_passengers.csv',
    isSolved: true,
    notInTfjs: /ridge is no network/,
  },
  {
    name: 'a series looked back on',
    notInTfjs: /\(Slice\)/,
    source: () =>
      ofSeries({
        kind: 'network',
        training: TRAINING,
        features: [
          { column: 'passengers', history: 13, steps: [{ type: 'lags', lags: [1, 2, 12] }] },
          {
            column: 'passengers',
            name: 'spread',
            history: 6,
            steps: [{ type: 'windows', sizes: [3, 6], statistics: ['mean', 'min', 'max', 'std'] }],
          },
          {
            column: 'passengers',
            name: 'rise',
            history: 13,
            steps: [{ type: 'differences', over: [1, 12] }],
          },
        ],
        model: [{ type: 'dense', units: 4, activation: 'relu', inputs: ['feature:spread'] }],
      }),
  },
  { name: 'every step of tables', source: ofSteps },
  { name: 'pictures', source: () => ofPictures({ scale: 'minus-one-one' }, SMALL) },
  {
    name: 'pictures, cropped and standardised',
    source: () => ofPictures({ scale: 'standardised', fit: 'crop' }, WINDOWS),
  },
  {
    name: 'pictures whose edges are averaged',
    source: () => ofPictures({ scale: 'zero-one' }, EDGES),
    // there it repeats the edge, where Keras on TensorFlow leaves out what is beyond
    notInKeras: true,
  },
  { name: 'pictures, augmented while training', source: () => ofPictures({ scale: 'zero-one' }, AUGMENTED) },
  { name: 'pictures as they are', source: () => ofPictures({ scale: 'none' }, MOBILE) },
  {
    name: 'pictures, enlarged',
    source: () =>
      ofPictures({ scale: 'zero-one' }, [
        { type: 'upsampling2d', size: 2, method: 'bilinear' },
        { type: 'average-pooling2d', size: 4 },
        { type: 'reshape', shape: [10, 11] },
        { type: 'global-max-pooling' },
      ]),
    notInTypescript: /UpSampling2D/,
  },
  {
    name: 'sounds as spectrograms',
    source: () =>
      ofSounds({ type: 'spectrogram', ...SPECTROGRAM }, [
        { type: 'average-pooling2d', size: 4 },
        { type: 'flatten' },
      ]),
  },
  {
    name: 'sounds by their cepstra',
    source: () =>
      ofSounds({ type: 'mfcc', ...SPECTROGRAM, rate: 8000, seconds: 2, coefficients: 9 }, [
        {
          type: 'conv1d',
          filters: 4,
          kernelSize: 3,
          stride: 2,
          dilation: 1,
          padding: 'valid',
          activation: 'relu',
        },
        { type: 'global-average-pooling' },
      ]),
  },
  {
    name: 'texts by their words',
    source: () => ofTable('stock-sentiment/stock_sentiment.csv', 'sentiment'),
  },
  { name: 'texts by byte pairs, many in Chinese', source: ofChineseTexts },
  { name: 'texts by their tokens', source: () => ofTokens(TEXT_LAYERS) },
  { name: 'texts, read forth and back', source: () => ofTokens(RECURRENT), notInTypescript: /\(GRU\)/ },
  {
    name: 'texts, attended to',
    source: () => ofTokens(ATTENTIVE),
    notInTypescript: /\(SinusoidalPositions\)/,
  },
  {
    name: 'texts, attended to but for padding',
    source: () => ofTokens(MASKED, TOKENS),
    notInTypescript: /\(LearnedPositions\)/,
  },
];

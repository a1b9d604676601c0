/** Dataset, DatasetVersion (immutable bytes, named by their sha256) and the profile made while the bytes stream in. */
import * as z from 'zod';
import { idOf, Name, Sha256, Timestamp } from './id.ts';

export const COLUMN_TYPES = ['number', 'category', 'image', 'audio', 'boxes'] as const;
export const ColumnType = z.enum(COLUMN_TYPES);
export type ColumnType = z.infer<typeof ColumnType>;

/**
 * Tables of text, each also as gzip. `csv`: a header line, then rows. `tsv`: the same with tabs and without quotes. `json`: an
 * object on each line, or an array of objects.
 */
export const ROW_FORMATS = ['csv', 'tsv', 'json'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/**
 * Zips. `pictures`: a folder per label (PNG, JPEG), or IDX files, or pictures with files that say what is where in them (COCO, Pascal
 * VOC, YOLO). `sounds`: a folder per label (WAV), or names such as `yes_1.wav`.
 */
export const DATASET_FORMATS = [...ROW_FORMATS, 'pictures', 'sounds'] as const;
export const DatasetFormat = z.enum(DATASET_FORMATS);
export type DatasetFormat = z.infer<typeof DatasetFormat>;

export const isRowFormat = (format: DatasetFormat): format is RowFormat =>
  (ROW_FORMATS as readonly string[]).includes(format);

export const ColumnProfile = z.object({
  name: z.string(),
  type: ColumnType,
  /** Rows without a value. */
  missing: z.int(),
  /** Different values present; counted up to `DISTINCT_LIMIT`, then `distinctCapped`. */
  distinct: z.int(),
  distinctCapped: z.boolean(),
  /** Most frequent values first, 20 at most (categories, numbers with few different values, labels of boxes). */
  top: z.array(z.object({ value: z.string(), count: z.int() })),
  /** Of numbers, and of how many boxes a picture has; null where no value is present. */
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  /** Image columns only: the size if all pictures share it. */
  image: z.object({ width: z.int(), height: z.int(), channels: z.int() }).nullable(),
  /** Audio columns only: the most frequent rate (samples a second), and lengths; `most` is what 95 of 100 do not exceed. */
  audio: z
    .object({
      rate: z.int(),
      seconds: z.object({ min: z.number(), median: z.number(), most: z.number(), max: z.number() }),
    })
    .optional(),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

/** Above this many different values a column's `distinct` is a lower bound. */
export const DISTINCT_LIMIT = 10_000;

export const DatasetProfile = z.object({
  rows: z.int(),
  columns: z.array(ColumnProfile),
  /** First rows as text, in the order of `columns` (empty for pictures and sounds). */
  preview: z.array(z.array(z.string())),
});
export type DatasetProfile = z.infer<typeof DatasetProfile>;

export const DatasetVersion = z.object({
  id: idOf('datasetVersion'),
  dataset: idOf('dataset'),
  name: Name,
  version: z.int(),
  format: DatasetFormat,
  sha256: Sha256,
  /** Bytes. */
  size: z.int(),
  profile: DatasetProfile,
  createdAt: Timestamp,
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

export const Dataset = z.object({
  id: idOf('dataset'),
  project: idOf('project'),
  name: Name,
  createdAt: Timestamp,
  latest: DatasetVersion,
});
export type Dataset = z.infer<typeof Dataset>;

/** A zip tells only by what is in it whether it holds pictures or sounds. */
export const formatOfProfile = (format: DatasetFormat, { columns }: DatasetProfile): DatasetFormat =>
  isRowFormat(format) ? format : columns.some(({ type }) => type === 'audio') ? 'sounds' : 'pictures';

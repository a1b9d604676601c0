/**
 * The JSON of Hrana over HTTP, versions 2 and 3: what a client may send (checked here) and what it gets.
 * https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_3_SPEC.md
 */
import * as z from 'zod';
import type { ProtocolError } from './errors.ts';

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

const Int64 = z
  .string()
  .regex(/^-?\d{1,19}$/, 'an integer in decimal digits is needed')
  .transform(BigInt)
  .refine((value) => value >= INT64_MIN && value <= INT64_MAX, 'beyond 64 bits');

/** What SQLite binds. A JavaScript number is always a REAL, a bigint always an INTEGER. */
export type NativeValue = null | bigint | number | string | Buffer;

const RequestValue = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('null') }),
    z.object({ type: z.literal('integer'), value: Int64 }),
    z.object({ type: z.literal('float'), value: z.number() }),
    z.object({
      type: z.literal('text'),
      // The embedded library cuts text at its first NUL when reading: refused rather than lost.
      value: z.string().refine((text) => !text.includes('\0'), 'text may not hold U+0000; bind it as a blob'),
    }),
    z.object({ type: z.literal('blob'), base64: z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/, 'not base64') }),
  ])
  .transform((value): NativeValue => {
    if (value.type === 'null') return null;
    return value.type === 'blob' ? Buffer.from(value.base64, 'base64') : value.value;
  });

const ParameterName = z.string().regex(/^[:@$]?[\w$\u0080-\uffff]+$/, 'not a parameter name');
const SqlText = { sql: z.string().nullish(), sql_id: z.int32().nullish() };

export const Statement = z.object({
  ...SqlText,
  args: z.array(RequestValue).nullish(),
  named_args: z.array(z.object({ name: ParameterName, value: RequestValue })).nullish(),
  want_rows: z.boolean().nullish(),
});
export type Statement = z.infer<typeof Statement>;

export type Condition =
  | { type: 'ok' | 'error'; step: number }
  | { type: 'not'; cond: Condition }
  | { type: 'and' | 'or'; conds: Condition[] }
  | { type: 'is_autocommit' };

const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.object({ type: z.enum(['ok', 'error']), step: z.int().min(0) }),
    z.object({ type: z.literal('not'), cond: Condition }),
    z.object({ type: z.enum(['and', 'or']), conds: z.array(Condition) }),
    z.object({ type: z.literal('is_autocommit') }),
  ]),
);

const Batch = z.object({ steps: z.array(z.object({ condition: Condition.nullish(), stmt: Statement })) });
export type Batch = z.infer<typeof Batch>;

export const StreamRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('execute'), stmt: Statement }),
  z.object({ type: z.literal('batch'), batch: Batch }),
  z.object({ type: z.literal('sequence'), ...SqlText }),
  z.object({ type: z.literal('describe'), ...SqlText }),
  z.object({ type: z.literal('store_sql'), sql_id: z.int32(), sql: z.string() }),
  z.object({ type: z.literal('close_sql'), sql_id: z.int32() }),
  z.object({ type: z.literal('get_autocommit') }),
  z.object({ type: z.literal('close') }),
]);
export type StreamRequest = z.infer<typeof StreamRequest>;

/** Requests are checked one by one when their turn comes, so a bad one fails alone. */
export const PipelineRequest = z.object({ baton: z.string().nullish(), requests: z.array(z.unknown()) });

export type ResponseValue =
  | { type: 'null' }
  | { type: 'integer'; value: string }
  | { type: 'float'; value: unknown }
  | { type: 'text'; value: string }
  | { type: 'blob'; base64: string };

export interface StatementResult {
  cols: { name: string; decltype: string | null }[];
  rows: ResponseValue[][];
  affected_row_count: number;
  /** Decimal digits; null when the statement changed no row. */
  last_insert_rowid: string | null;
}

export interface BatchResult {
  step_results: (StatementResult | null)[];
  step_errors: (ProtocolError | null)[];
}

export interface DescribeResult {
  params: { name: string | null }[];
  cols: { name: string; decltype: string | null }[];
  is_explain: boolean;
  is_readonly: boolean;
}

export type StreamResponse =
  | { type: 'execute'; result: StatementResult }
  | { type: 'batch'; result: BatchResult }
  | { type: 'describe'; result: DescribeResult }
  | { type: 'get_autocommit'; is_autocommit: boolean }
  | { type: 'sequence' | 'store_sql' | 'close_sql' | 'close' };

export type StreamResult = { type: 'ok'; response: StreamResponse } | { type: 'error'; error: ProtocolError };

export interface PipelineResponse {
  baton: string | null;
  base_url: null;
  results: StreamResult[];
}

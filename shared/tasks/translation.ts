/** A text for a text: said token by token, and judged by BLEU. */
import type { TranslationOutcome } from '../evaluate/metric.ts';
import { learnPieces, type PiecesState, piecesOf } from '../pipeline/text/pieces.ts';
import type { OutputSpec, Prediction } from '../schema/prediction.ts';
import { type DecodedText, decodeGreedily, decodeTokens } from './decode-greedily.ts';
import type { Asked, FittedTarget, OutputTask } from './output-task.ts';
import { targetColumn, targetProfile, wrongTarget } from './target-column.ts';

type Text = Extract<OutputSpec, { task: 'translation' }>;
type TextPrediction = Extract<Prediction, { text: string }>;

/** Token ids: 0 is padding, 1 a character that is not known, 2 begins and ends a text; then come the pieces. */
const PADDING = 0;
const UNKNOWN = 1;
const MARK = 2;
const FIRST = 3;

/** Texts that each come so often are labels. */
const ROWS_PER_TEXT = 10;

const TOKENS = { length: 32, vocabulary: 4000, minCount: 2 };
const optionsOf = ({ targetTokens = TOKENS }: Pick<Asked, 'targetTokens'>) => targetTokens;

export const translation: OutputTask<Text> = {
  task: 'translation',
  curve: 'accuracy',
  check(profile, target) {
    const { type, top, distinct, distinctCapped } = targetProfile(profile, target);
    if (type === 'number')
      throw wrongTarget(target, `holds numbers such as "${top[0]?.value}"; translation needs texts`);
    if (distinctCapped || distinct * ROWS_PER_TEXT > profile.rows) return;
    throw wrongTarget(target, `has ${distinct} texts only in ${profile.rows} rows; use classification`);
  },
  expect(_, target, options) {
    const { length, vocabulary } = optionsOf(options);
    return headOf({ target, length, tokens: vocabulary + FIRST });
  },
  head: headOf,
  fit(target, table, trainRows, options) {
    const { length, ...limits } = optionsOf(options);
    const targetState = learnPieces(textsOf(target, table, trainRows), limits);
    const tokens = piecesOf(targetState).count + FIRST;
    return { output: { task: 'translation', target, tokens, length }, targetState };
  },
  /** Of each row mark, tokens, mark, padding; a text that is too long has no second mark. */
  encode(fitted, table, rows) {
    const { target, length } = fitted.output;
    const { split } = targetPieces(fitted);
    const texts = textsOf(target, table, rows);
    const data = new Int32Array(rows.length * (length + 1)).fill(PADDING);
    for (const [row, text] of texts.entries()) {
      const ids = split(text).map((piece) => (piece < 0 ? UNKNOWN : piece + FIRST));
      data.set([MARK, ...ids, MARK].slice(0, length + 1), row * (length + 1));
    }
    return { shape: [length + 1], data, texts };
  },
  /** `y`: of each row its loss, tokens that were right, and tokens. */
  outcome(y, { target }, _, predictions): TranslationOutcome {
    const sum = (place: number) => y.reduce((all, value, i) => (i % 3 === place ? all + value : all), 0);
    return {
      task: 'translation',
      right: sum(1),
      tokens: sum(2),
      texts: predictions && {
        said: (predictions as TextPrediction[]).map(({ text }) => text),
        truth: target!.texts!,
      },
    };
  },
  async answer(model, rows, fitted): Promise<TextPrediction[]> {
    return toldTexts(await decodeGreedily(model, rows, decodeOptions(fitted)), fitted);
  },
  async *stream(model, rows, fitted) {
    const { join } = targetPieces(fitted);
    const decoding = decodeTokens(model, rows, decodeOptions(fitted));
    const pieces = new Map<number, number[]>();
    for (;;) {
      const { done, value } = await decoding.next();
      if (done) return toldTexts(value, fitted);
      const { row, id, logprob } = value;
      const before = pieces.get(row) ?? [];
      const now = [...before, id - FIRST];
      pieces.set(row, now);
      // a text grows at its end alone
      yield { index: row, token: { id, text: join(now).slice(join(before).length), logprob } };
    }
  },
  predictions() {
    throw new TypeError('a translation is found by `answer`');
  },
  truth: ({ table, rows }, { output: { target } }) => textsOf(target, table, rows).map((text) => ({ text })),
};

function headOf({ target, length, tokens }: Pick<Text, 'target' | 'length' | 'tokens'>) {
  return { outputs: tokens, perPlace: true, alsoTakes: { column: target, shape: [length] } };
}

const decodeOptions = ({ output: { length, tokens } }: FittedTarget<Text>) => ({
  ...{ length, tokens },
  ...{ mark: MARK, first: FIRST },
});

function toldTexts(texts: readonly DecodedText[], fitted: FittedTarget): TextPrediction[] {
  const { join } = targetPieces(fitted);
  return texts.map(({ ids, score }) => ({ text: join(ids.map((id) => id - FIRST)), score }));
}

const targetPieces = ({ targetState }: FittedTarget) => piecesOf(targetState as PiecesState);

function textsOf(target: string, ...[table, rows]: [Parameters<typeof targetColumn>[0], Uint32Array]) {
  const column = targetColumn(table, target, rows);
  if (column.type !== 'category') throw wrongTarget(target, 'holds numbers; translation needs texts');
  return column.values as string[];
}

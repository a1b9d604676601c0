/**
 * The most probable token again and again, until a text ends: one pass of the model for each. Texts that have ended leave the batch, so
 * that a pass takes as long as those that are left.
 */
import type { AnsweringModel } from './output-task.ts';

export interface DecodeOptions {
  /** Places of a text, at most; what the model takes of a row ends in so many. */
  length: number;
  /** Tokens that are told apart. */
  tokens: number;
  /** Begins and ends a text. */
  mark: number;
  /** The first token that may be said; those before it never are. */
  first: number;
}

export interface DecodedText {
  ids: number[];
  /** Geometric mean of the tokens' probabilities, the mark at the end included. */
  score: number;
}

interface Unfinished extends DecodedText {
  /** What the model takes: the row's features, and the text so far. */
  x: Float32Array;
  /** Sum of −ln p. */
  surprise: number;
}

/** A token that was just said. */
export interface DecodedToken {
  row: number;
  id: number;
  /** Natural logarithm of its probability after those before it. */
  logprob: number;
}

/** `rows`: row-major features. */
export async function decodeGreedily(
  model: AnsweringModel,
  rows: Float32Array,
  options: DecodeOptions,
): Promise<DecodedText[]> {
  const tokens = decodeTokens(model, rows, options);
  for (;;) {
    const { done, value } = await tokens.next();
    if (done) return value;
  }
}

/** The same, told token by token; `return()` ends it between two passes of the model. */
export async function* decodeTokens(
  { run, width, atOnce }: AnsweringModel,
  rows: Float32Array,
  { length, tokens, mark, first }: DecodeOptions,
): AsyncGenerator<DecodedToken, DecodedText[]> {
  const own = width - length; // features of a row
  const texts = Array.from({ length: rows.length / own }, (_, row): Unfinished => {
    const x = new Float32Array(width);
    x.set(rows.subarray(row * own, (row + 1) * own));
    x[own] = mark;
    return { ids: [], score: 0, x, surprise: 0 };
  });
  for (let start = 0; start < texts.length; start += atOnce) {
    let going = texts.slice(start, start + atOnce).map((text, i) => ({ text, row: start + i }));
    for (let place = 0; place < length && going.length > 0; place++) {
      const logits = await run(
        joined(
          going.map(({ text }) => text),
          width,
        ),
      );
      const said: DecodedToken[] = [];
      going = going.filter(({ text, row }, i) => {
        const ofRow = logits.subarray(i * tokens, (i + 1) * tokens);
        const next = likeliest(ofRow, { mark: place > 0 ? mark : -1, first });
        const surprise = surpriseAt(ofRow, next);
        text.surprise += surprise;
        text.score = Math.exp(-text.surprise / (place + 1));
        if (next === mark) return false;
        text.ids.push(next);
        said.push({ row, id: next, logprob: -surprise });
        if (place + 1 < length) text.x[own + place + 1] = next;
        return true;
      });
      yield* said;
    }
  }
  return texts.map(({ ids, score }) => ({ ids, score }));
}

function joined(texts: readonly Unfinished[], width: number): Float32Array {
  const all = new Float32Array(texts.length * width);
  for (const [i, { x }] of texts.entries()) all.set(x, i * width);
  return all;
}

/** The largest logit's place, from `first` on or `mark`; the first of equals. */
function likeliest(logits: Float32Array, { mark, first }: { mark: number; first: number }): number {
  let best = mark < 0 ? first : mark;
  for (let id = first; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id;
  return best;
}

/** −ln of its probability among all. */
function surpriseAt(logits: Float32Array, place: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const sum = logits.reduce((all, logit) => all + Math.exp(logit - most), 0);
  return Math.log(sum) + most - logits[place]!;
}

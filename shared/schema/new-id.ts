/**
 * Ids are made of a noun and a ULID, so they sort by time: `run_01J…`. In one millisecond the next one is one more; a library's took
 * 4 % of what a prediction costs.
 */
export const ID_PREFIXES = {
  workspace: 'ws',
  token: 'tok',
  project: 'prj',
  dataset: 'ds',
  datasetVersion: 'dsv',
  pipeline: 'pl',
  pipelineVersion: 'plv',
  run: 'run',
  sweep: 'swp',
  job: 'job',
  runner: 'rnr',
  model: 'mdl',
  modelVersion: 'mv',
  endpoint: 'ep',
  prediction: 'pred',
  batchPrediction: 'batch',
} as const;
export type Noun = keyof typeof ID_PREFIXES;

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32
/** Of the 16 digits behind the time, those that count. */
const COUNTING = 6;
const COUNTS = 32 ** COUNTING;

let time = 0;
/** Its digits, and ten by chance. */
let head = '';
let count = COUNTS;

/** A new id for `noun`, unique, ordered by time of making. */
export function newId(noun: Noun): string {
  const now = Date.now();
  if (now > time || ++count >= COUNTS) {
    time = now > time ? now : time + 1; // a clock may go back
    const [counted, ...chance] = crypto.getRandomValues(new Uint32Array(11));
    head = inDigits(time, 10) + chance.map((one) => DIGITS[one % 32]).join('');
    count = counted! % (COUNTS / 2);
  }
  return `${ID_PREFIXES[noun]}_${head}${inDigits(count, COUNTING)}`;
}

function inDigits(value: number, length: number): string {
  let text = '';
  for (let left = value; text.length < length; left = Math.floor(left / 32)) text = DIGITS[left % 32] + text;
  return text;
}

/** Ids are made of a noun and a ULID, so they sort by time: `run_01J…`. */
import { monotonicFactory } from 'ulid';

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

const ulid = monotonicFactory();

/** A new id for `noun`, unique, ordered by time of making. */
export function newId(noun: Noun): string {
  return `${ID_PREFIXES[noun]}_${ulid().toLowerCase()}`;
}

/**
 * What differs between two definitions, as a person would say it: features by name, steps and blocks in their order, all else by
 * the place where it stands.
 */

import { featureName } from '../pipeline/feature-name.ts';
import type { FeatureSpec } from '../pipeline/feature-spec.ts';
import { canonicalJson } from './canonical.ts';
import type { PipelineSpec } from './pipeline-spec.ts';

export interface SpecChange {
  kind: 'added' | 'removed' | 'changed';
  /** Where: `features.age`, `model.2`, `training.epochs`. */
  path: string;
  /** In words: `epochs 25 → 40`. */
  text: string;
}

type Json = Readonly<Record<string, unknown>>;
interface Named extends Json {
  type: string;
}

/** Nothing for definitions that hash alike. */
export function diffSpecs(before: PipelineSpec, after: PipelineSpec): SpecChange[] {
  // of the kind the model tells
  const { features: oldFeatures, model: oldModel, kind: _, ...oldRest } = before;
  const { features: newFeatures, model: newModel, kind: __, ...newRest } = after;
  return [
    ...diffFeatures(oldFeatures, newFeatures),
    ...diffModels(oldModel, newModel),
    ...diffValues('', oldRest, newRest),
  ];
}

function diffFeatures(before: PipelineSpec['features'], after: PipelineSpec['features']): SpecChange[] {
  const changes: SpecChange[] = [];
  const names = new Set(after.map(featureName));
  const kept = new Set<FeatureSpec>();
  /** The feature of that name, or one of that column which may have been given it. */
  const wasOf = (feature: FeatureSpec) =>
    before.find((old) => featureName(old) === featureName(feature)) ??
    before.find((old) => old.column === feature.column && !names.has(featureName(old)) && !kept.has(old));
  for (const feature of after) {
    const was = wasOf(feature);
    const name = featureName(feature);
    const path = `features.${name}`;
    const { column: _, steps, ...rest } = feature;
    if (!was) {
      changes.push({ kind: 'added', path, text: `“${name}” is a feature${listOf(steps)}` });
      continue;
    }
    kept.add(was);
    const { column: __, steps: oldSteps, ...oldRest } = was;
    changes.push(...diffLists(path, `“${name}”: step`, oldSteps, steps), ...diffValues(path, oldRest, rest));
  }
  for (const feature of before) {
    const name = featureName(feature);
    if (!kept.has(feature))
      changes.push({ kind: 'removed', path: `features.${name}`, text: `“${name}” is no feature any more` });
  }
  return changes;
}

/** A model is blocks in a list, or one object that is no network. */
function diffModels(before: unknown, after: unknown): SpecChange[] {
  if (Array.isArray(before) && Array.isArray(after)) return diffLists('model', 'model: block', before, after);
  return canonicalJson(before) === canonicalJson(after)
    ? []
    : [{ kind: 'changed', path: 'model', text: `model ${nameOf(before)} → ${nameOf(after)}` }];
}

const nameOf = (model: unknown): string =>
  Array.isArray(model) ? `of ${model.length} blocks` : ((model as Named).type ?? show(model));

const listOf = (steps: readonly Named[]): string =>
  steps.length > 0 ? `, through ${steps.map(({ type }) => type).join(', ')}` : ', as it is';

/** Items that are equal, or of one type at the same turn, are the same one; the rest came or went. */
function diffLists(
  path: string,
  noun: string,
  before: readonly Named[],
  after: readonly Named[],
): SpecChange[] {
  const changes: SpecChange[] = [];
  for (const [i, j] of align(before, after)) {
    const [was, is] = [before[i ?? -1], after[j ?? -1]];
    const place = `${path}.${j ?? i}`;
    if (!was)
      changes.push({
        kind: 'added',
        path: place,
        text: `${noun} ${j! + 1}, ${is!.type}, is new${detailsOf(is!)}`,
      });
    else if (!is)
      changes.push({ kind: 'removed', path: place, text: `${noun} ${i! + 1}, ${was.type}, is gone` });
    else {
      const inside = diffValues(place, was, is);
      changes.push(
        ...inside.map((change) => ({ ...change, text: `${noun} ${j! + 1}, ${is.type}: ${change.text}` })),
      );
    }
  }
  return changes;
}

function detailsOf({ type: _, ...details }: Named): string {
  const entries = Object.entries(details).map(([key, value]) => `${words(key)} ${show(value)}`);
  return entries.length > 0 ? ` (${entries.join(', ')})` : '';
}

/** Pairs of places, null where there is no partner: the longest common subsequence, where equal counts more than of one type. */
function align(before: readonly Named[], after: readonly Named[]): [i: number | null, j: number | null][] {
  const worth = (a: Named, b: Named) =>
    a.type !== b.type ? 0 : canonicalJson(a) === canonicalJson(b) ? 3 : 2;
  const best = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const pair = worth(before[i]!, after[j]!);
      best[i]![j] = Math.max(best[i + 1]![j]!, best[i]![j + 1]!, pair > 0 ? pair + best[i + 1]![j + 1]! : 0);
    }
  }
  const pairs: [number | null, number | null][] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const pair = i < before.length && j < after.length ? worth(before[i]!, after[j]!) : 0;
    if (pair > 0 && best[i]![j] === pair + best[i + 1]![j + 1]!) pairs.push([i++, j++]);
    else if (j === after.length || (i < before.length && best[i]![j] === best[i + 1]![j]))
      pairs.push([i++, null]);
    else pairs.push([null, j++]);
  }
  return pairs;
}

/** Objects by their keys, all else as a whole. */
function diffValues(path: string, before: Json, after: Json): SpecChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key): SpecChange[] => {
    const [was, is] = [before[key], after[key]];
    const place = path ? `${path}.${key}` : key;
    if (isObject(was) && isObject(is) && was.type === is.type)
      return diffValues(place, was, is).map((change) => ({
        ...change,
        text: `${words(key)}: ${change.text}`,
      }));
    if (was === undefined && is === undefined) return [];
    if (was === undefined) return [{ kind: 'added', path: place, text: `${words(key)} ${show(is)}` }];
    if (is === undefined)
      return [{ kind: 'removed', path: place, text: `${words(key)} ${show(was)} is gone` }];
    if (canonicalJson(was) === canonicalJson(is)) return [];
    return [{ kind: 'changed', path: place, text: `${words(key)} ${show(was)} → ${show(is)}` }];
  });
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `learningRate` → `learning rate`. */
const words = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

const show = (value: unknown): string => {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(show).join(' × ');
  if (!isObject(value)) return String(value);
  const { type, ...details } = value as Named;
  const rest = Object.entries(details).map(([key, item]) => `${words(key)} ${show(item)}`);
  return [type, rest.length > 0 ? `(${rest.join(', ')})` : ''].filter(Boolean).join(' ');
};

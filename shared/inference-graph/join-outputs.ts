/** What is answered by a step of several: one kind of answer, with all classes that any of them has. */
import type { OutputSpec, Prediction } from '../schema/prediction.ts';

/** Null where they are not of one task, or make pictures of different sizes. */
export function joinOutputs(outputs: readonly OutputSpec[]): OutputSpec | null {
  return outputs.reduce<OutputSpec | null>((a, b) => a && joinTwo(a, b), outputs[0]!);
}

function joinTwo(a: OutputSpec, b: OutputSpec): OutputSpec | null {
  if ('classes' in a && 'classes' in b && a.task === b.task)
    return { ...a, classes: [...new Set([...a.classes, ...b.classes])] };
  if (a.task === 'translation' && b.task === 'translation')
    return { ...a, tokens: Math.max(a.tokens, b.tokens), length: Math.max(a.length, b.length) };
  if (a.task === 'image-generation' && b.task === 'image-generation') {
    const isSame = a.width === b.width && a.height === b.height && a.channels === b.channels;
    return isSame ? a : null;
  }
  return a.task === b.task ? a : null;
}

/** An answer with all classes of `output`: those that its own model does not know have no probability. */
export function fitToOutput(prediction: Prediction, output: OutputSpec): Prediction {
  if (output.task !== 'classification' || !('probabilities' in prediction)) return prediction;
  const { label, probabilities } = prediction;
  if (Object.keys(probabilities).length === output.classes.length) return prediction;
  return {
    label,
    probabilities: Object.fromEntries(output.classes.map((name) => [name, probabilities[name] ?? 0])),
  };
}

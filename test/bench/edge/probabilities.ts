/** What an answer says of each class, whoever gave it. */
interface Answer {
  predictions?: [{ probabilities: Record<string, number> }];
  /** Of the Open Inference Protocol. */
  outputs?: { name: string; data: number[] }[];
}

/** In the order of the classes. */
export function probabilitiesIn(text: string): number[] {
  const { predictions, outputs }: Answer = JSON.parse(text);
  if (predictions) return Object.values(predictions[0].probabilities);
  const tensor = outputs?.find(({ name }) => name === 'probabilities');
  if (!tensor) throw new Error(`no probabilities in ${text.slice(0, 200)}`);
  return tensor.data;
}

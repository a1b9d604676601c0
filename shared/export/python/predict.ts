/** `predict.py`: rows as JSON to predictions as JSON. */
import type { FittedPipeline } from '../../pipeline/fitted-pipeline.ts';

/** How a framework answers. */
export interface Prediction {
  /** An expression of `model` and `rows`: what the model gives, a NumPy array. */
  answer: string;
  imports?: string;
  decorator?: string;
}

export function pythonPredict(
  { output }: Pick<FittedPipeline, 'output'>,
  { answer, imports = '', decorator = '' }: Prediction,
): string {
  const [names, body] =
    output.task === 'classification'
      ? [
          'CLASSES, features',
          `    logits = ${answer}
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    return [
        {"label": CLASSES[int(row.argmax())], "probabilities": dict(zip(CLASSES, map(float, row)))}
        for row in shares
    ]`,
        ]
      : [
          'MEAN, STD, features',
          `    y = ${answer}
    return [{"value": float(one)} for one in y[:, 0] * STD + MEAN]`,
        ];
  return `"""Predicts rows: python predict.py < rows.json, a list of objects; one answer a line."""
import json
import sys

${output.task === 'classification' ? 'import numpy as np\n' : ''}${imports}
from model import load
from preprocess import ${names}


${decorator}def predict(model, rows):
${body}


if __name__ == "__main__":
    for answer in predict(load(), json.load(sys.stdin)):
        print(json.dumps(answer, ensure_ascii=False))
`.replace('import sys\n\n\n', 'import sys\n\n');
}

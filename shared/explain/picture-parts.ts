/** A picture with one part of it hidden at a time (occlusion; Zeiler & Fergus 2014): behind its own mean colour. */
import type { Image } from '../data/table.ts';

/** Parts along each side. */
export const PARTS = 8;

/** All of its mean colour: the picture that shows nothing. */
export function meanPicture(picture: Image): Image {
  return hide(picture, { left: 0, top: 0, right: picture.width, bottom: picture.height });
}

/** `PARTS` × `PARTS` pictures, row-major, each with one part hidden; small pictures have fewer. */
export function picturesWithoutParts(picture: Image): { rows: number; columns: number; pictures: Image[] } {
  const rows = Math.min(PARTS, picture.height);
  const columns = Math.min(PARTS, picture.width);
  const edge = (i: number, parts: number, length: number) => Math.round((i * length) / parts);
  const pictures = Array.from({ length: rows * columns }, (_, part) => {
    const [row, column] = [Math.floor(part / columns), part % columns];
    return hide(picture, {
      left: edge(column, columns, picture.width),
      right: edge(column + 1, columns, picture.width),
      top: edge(row, rows, picture.height),
      bottom: edge(row + 1, rows, picture.height),
    });
  });
  return { rows, columns, pictures };
}

interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function hide({ width, height, channels, data }: Image, { left, top, right, bottom }: Rectangle): Image {
  const colour = Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = channel; i < data.length; i += channels) sum += data[i]!;
    return Math.round(sum / (width * height));
  });
  const hidden = data.slice();
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) hidden.set(colour, (y * width + x) * channels);
  return { width, height, channels, data: hidden };
}

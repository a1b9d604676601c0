/** Boxes in Pascal VOC's XML: a file for each picture, called as the picture is. Its numbers are taken for pixels as they are. */
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { AppError, messageOf } from '../../errors.ts';
import { type AnnotatedPicture, badAnnotation } from './annotated-picture.ts';

const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/** Null where it is about something else. Throws AppError `invalid_data`. */
export function readVocBoxes(path: string, text: string): AnnotatedPicture | null {
  const root = rootOf(path, text);
  if (root?.name !== 'annotation') return null;
  const place = `"${path}"`;
  const size = childOf(root, 'size');
  const [width = 0, height = 0] = ['width', 'height'].map((name) => Number(textOf(size, name)));
  return {
    picture: { stemOf: path },
    place,
    // labelling tools that do not know it write 0
    size: width > 0 && height > 0 ? { width, height } : undefined,
    boxes: childrenOf(root, 'object').map((object, i) => {
      const at = `${place}, object ${i + 1}`;
      const label = textOf(object, 'name') ?? '';
      const box = childOf(object, 'bndbox');
      const corners = CORNERS.map((name) => {
        const written = textOf(box, name);
        if (written && Number.isFinite(Number(written))) return Number(written);
        throw badAnnotation(at, `has ${written ? `"${written}" as` : 'no'} ${name}; expected a number`);
      });
      return { label, place: at, corners: corners as [number, number, number, number] };
    }),
  };
}

function rootOf(path: string, text: string): XmlElement | null {
  try {
    return parseXml(text).root;
  } catch (error) {
    throw new AppError('invalid_data', `"${path}" is not XML: ${messageOf(error).split('\n')[0]}`, {
      cause: error,
    });
  }
}

const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  (element?.children ?? []).filter(
    (child): child is XmlElement => child instanceof XmlElement && child.name === name,
  );
const childOf = (element: XmlElement | undefined, name: string) => childrenOf(element, name)[0];
const textOf = (element: XmlElement | undefined, name: string) => childOf(element, name)?.text.trim();

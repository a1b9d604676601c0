/**
 * Boxes in JSON: COCO's object of `images`, `annotations` and `categories`, or a plain list of
 * `{image, objects: [{label, box: [left, top, right, bottom]}]}`.
 */
import * as z from 'zod';
import { AppError, messageOf } from '../../errors.ts';
import { type AnnotatedPicture, badAnnotation } from './annotated-picture.ts';

const size = { width: z.number().positive().optional(), height: z.number().positive().optional() };
const four = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const id = z.union([z.int(), z.string()]);

const Coco = z.object({
  images: z.array(z.object({ id, file_name: z.string(), ...size })),
  annotations: z.array(
    z.object({
      image_id: id,
      category_id: id,
      /** Left, top, width, height. */
      bbox: four,
      /** Of a whole crowd there is one box, which is no object's. */
      iscrowd: z.union([z.int(), z.boolean()]).optional(),
    }),
  ),
  categories: z.array(z.object({ id, name: z.string() })),
});

const Plain = z.array(
  z.object({ image: z.string(), ...size, objects: z.array(z.object({ label: z.string(), box: four })) }),
);

/** Null where it is about something else. Throws AppError `invalid_data`. */
export function readJsonBoxes(path: string, text: string): AnnotatedPicture[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_data', `"${path}" is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const has = (one: unknown, ...keys: string[]) =>
    typeof one === 'object' && one !== null && keys.every((key) => key in one);
  if (has(value, 'images', 'annotations')) return readCoco(path, parse(path, Coco, value));
  const [first] = Array.isArray(value) ? value : [];
  return has(first, 'image', 'objects') ? readPlain(path, parse(path, Plain, value)) : null;
}

function parse<T>(path: string, schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = schema.safeParse(value);
  if (data) return data;
  const { path: keys, message } = error!.issues[0]!;
  throw badAnnotation(`"${path}"${within(keys)}`, `cannot be used: ${message}`);
}

const within = (keys: readonly PropertyKey[]): string =>
  keys.length === 0
    ? ''
    : `, ${keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`.replace(
        ', .',
        ', ',
      );

function readCoco(path: string, { images, annotations, categories }: z.infer<typeof Coco>) {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const pictures = new Map(
    images.map(({ id, file_name, width, height }, i): [typeof id, AnnotatedPicture] => [
      id,
      {
        picture: { name: file_name },
        place: `"${path}", images[${i}]`,
        size: sizeOf(width, height),
        boxes: [],
      },
    ]),
  );
  annotations.forEach(({ image_id, category_id, bbox: [left, top, width, height], iscrowd }, i) => {
    const place = `"${path}", annotations[${i}]`;
    const picture = pictures.get(image_id);
    if (!picture) throw badAnnotation(place, `has the image_id ${image_id}, which no image has`);
    const label = names.get(category_id);
    if (label === undefined)
      throw badAnnotation(place, `has the category_id ${category_id}, which no category has`);
    if (iscrowd) return;
    picture.boxes.push({ label, place, corners: [left, top, left + width, top + height] });
  });
  return [...pictures.values()];
}

function readPlain(path: string, rows: z.infer<typeof Plain>): AnnotatedPicture[] {
  return rows.map(({ image, width, height, objects }, i) => ({
    picture: { name: image },
    place: `"${path}", [${i}]`,
    size: sizeOf(width, height),
    boxes: objects.map(({ label, box }, k) => ({
      label,
      place: `"${path}", [${i}].objects[${k}]`,
      corners: box,
    })),
  }));
}

const sizeOf = (width: number | undefined, height: number | undefined) =>
  width !== undefined && height !== undefined ? { width, height } : undefined;

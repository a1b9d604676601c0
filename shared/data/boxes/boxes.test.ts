/** Zips of pictures with boxes: the same two pictures in every format, and what is refused. */
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../load-dataset.ts';
import { packZip } from '../pack-zip.ts';
import { profileBytes } from '../profile-dataset.ts';
import type { LabelledBox } from '../table.ts';

const png = encode({ width: 40, height: 20, data: new Uint8Array(800), channels: 1, depth: 8 });
const text = (value: unknown) =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const zip = (files: Record<string, unknown>): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([path, value]) => [path, value === png ? png : text(value)]),
    ),
  );
const boxesIn = (bytes: Uint8Array) => loadDataset(bytes, 'pictures').columns.get('boxes')?.values;

const cat: LabelledBox = { label: 'cat', box: [4, 2, 20, 12] };
const dog: LabelledBox = { label: 'dog', box: [0, 0, 40, 20] };
const voc = (...objects: string[]) =>
  `<annotation><filename>other.jpg</filename><size><width>40</width><height>20</height></size>${objects.join('')}</annotation>`;
const object = (name: string, [xmin, ymin, xmax, ymax]: readonly (number | string)[]) =>
  `<object><name>${name}</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
const coco = {
  images: [
    { id: 7, file_name: 'a.png', width: 40, height: 20 },
    { id: 8, file_name: 'b.png', width: 40, height: 20 },
  ],
  annotations: [
    { image_id: 7, category_id: 1, bbox: [4, 2, 16, 10] },
    { image_id: 7, category_id: 2, bbox: [0, 0, 40, 20], iscrowd: 0 },
    { image_id: 7, category_id: 2, bbox: [0, 0, 9, 9], iscrowd: 1 },
  ],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
  ],
};

describe('formats', () => {
  it.each([
    [
      'COCO beside the pictures',
      { 'train/_annotations.coco.json': coco, 'train/a.png': png, 'train/b.png': png },
    ],
    ['COCO elsewhere', { 'annotations/train.json': coco, 'images/a.png': png, 'images/b.png': png }],
    [
      'a plain list',
      {
        'a.png': png,
        'b.png': png,
        'annotations.json': [
          { image: 'a.png', width: 40, height: 20, objects: [cat, dog] },
          { image: 'b.png', objects: [] },
        ],
      },
    ],
    [
      'VOC, and a picture without a file',
      {
        'Annotations/a.xml': voc(object('cat', cat.box), object('dog', dog.box)),
        'JPEGImages/a.png': png,
        'JPEGImages/b.png': png,
      },
    ],
    [
      'YOLO with names as text',
      {
        'classes.txt': 'dog\ncat\n',
        'README.txt': 'about',
        'images/a.png': png,
        'images/b.png': png,
        // centre 12 of 40 and 7 of 20
        'labels/a.txt': '1 0.3 0.35 0.4 0.5\n0 0.5 0.5 1 1\n',
        'labels/b.txt': '',
      },
    ],
    [
      'YOLO with names as YAML',
      {
        'data.yaml': 'nc: 2\nnames: {0: dog, 1: cat}\n',
        'train/images/a.png': png,
        'train/images/b.png': png,
        'train/labels/a.txt': '1 0.3 0.35 0.4 0.5\n0 0.5 0.5 1 1',
      },
    ],
  ])('%s', (_, files) => {
    const found = boxesIn(zip(files)) as LabelledBox[][];
    const rounded = found.map((row) =>
      row.map(({ label, box }) => ({ label, box: box.map((value) => Math.round(value * 1e9) / 1e9) })),
    );
    expect(rounded).toEqual([[cat, dog], []]);
  });

  it('profiles labels, and boxes a picture', () => {
    const { rows, columns } = profileBytes(zip({ 'a.png': png, 'b.png': png, 'x.json': coco }), 'pictures');
    expect(rows).toBe(2);
    expect(columns[0]).toMatchObject({ name: 'image', image: { width: 40, height: 20, channels: 1 } });
    expect(columns[1]).toMatchObject({ name: 'boxes', type: 'boxes', distinct: 2, min: 0, max: 2, mean: 1 });
    expect(columns[1]!.top).toEqual([
      { value: 'cat', count: 1 },
      { value: 'dog', count: 1 },
    ]);
  });

  it('tells pictures of one name by their folders, and cuts off what stands out by a rounding', () => {
    const files = {
      'train/a.png': png,
      'valid/a.png': png,
      'x.json': [
        { image: 'valid/a.png', objects: [{ label: 'cat', box: [-0.5, 0, 40.9, 20] }] },
        { image: 'train/a.png', objects: [] },
      ],
    };
    expect(boxesIn(zip(files))).toEqual([[], [{ label: 'cat', box: [0, 0, 40, 20] }]]);
  });

  it('leaves folders of labels as they are where a note is about something else', () => {
    const files = {
      'cat/1.png': png,
      'meta.json': { version: 1 },
      'cat/x.xml': '<note/>',
      'cat/1.txt': 'hm',
    };
    expect(loadDataset(zip(files), 'pictures').columns.get('label')?.values).toEqual(['cat']);
  });

  it('packs pictures with their annotations, and no notes', () => {
    const files = ['a.png', 'LICENSE.txt', 'classes.txt', 'a.txt'].map((path) => ({ path, bytes: png }));
    const packed = new TextDecoder('latin1').decode(packZip(files));
    expect(['a.png', 'LICENSE.txt', 'classes.txt', 'a.txt'].map((path) => packed.includes(path))).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('refuses', () => {
  const plain = (...objects: unknown[]) => [{ image: 'a.png', objects }];
  const within = (annotations: unknown, more = {}) => zip({ 'a.png': png, 'x.json': annotations, ...more });
  it.each([
    [
      'a box outside',
      within(plain({ label: 'cat', box: [30, 2, 44, 12] })),
      '"x.json", [0].objects[0] has a box from 30, 2 to 44, 12; expected left < right and top < bottom within 40 × 20 pixels',
    ],
    [
      'a negative box',
      within(plain(cat, { label: 'cat', box: [-9, 2, 4, 12] })),
      '"x.json", [0].objects[1] has a box from -9, 2 to 4, 12',
    ],
    [
      'an empty box',
      within(plain({ label: 'cat', box: [4, 2, 4, 12] })),
      '[0].objects[0] has a box from 4, 2 to 4, 12',
    ],
    [
      'a box without a name',
      within(plain({ label: ' ', box: [4, 2, 9, 12] })),
      'has the label " "; expected 1 to 200 characters',
    ],
    [
      'three numbers',
      within(plain({ label: 'cat', box: [4, 2, 4] })),
      '"x.json", [0].objects[0].box cannot be used: ',
    ],
    [
      'an unknown picture',
      within([{ image: 'z.png', objects: [] }]),
      '"x.json", [0] is about "z.png", which is not among the pictures',
    ],
    [
      'a picture told of twice',
      within([...plain(cat), ...plain(dog)]),
      '"x.json", [1] is about "a.png", whose boxes were told before',
    ],
    [
      'one of two pictures',
      zip({ 'b/a.png': png, 'c/a.png': png, 'x.json': plain(cat) }),
      '"x.json", [0] is about "a.png", which may be "b/a.png" or "c/a.png"; rename one',
    ],
    [
      'another size',
      within([{ image: 'a.png', width: 80, height: 20, objects: [] }]),
      '"x.json", [0] says that the picture is 80 × 20 pixels, and it is 40 × 20',
    ],
    [
      'an unknown image of COCO',
      within({ ...coco, images: coco.images.slice(1) }),
      '"x.json", annotations[0] has the image_id 7, which no image has',
    ],
    [
      'an unknown category of COCO',
      within({ ...coco, categories: [] }),
      '"x.json", annotations[0] has the category_id 1, which no category has',
    ],
    ['broken JSON', within('{"images": ['), '"x.json" is not JSON: '],
    ['broken XML', within({}, { 'a.xml': '<annotation><object>' }), '"a.xml" is not XML: '],
    [
      'VOC without a corner',
      within({}, { 'a.xml': voc('<object><name>cat</name><bndbox/></object>') }),
      '"a.xml", object 1 has no xmin; expected a number',
    ],
    [
      'VOC with a word',
      within({}, { 'a.xml': voc(object('cat', [1, 'x', 3, 4])) }),
      '"a.xml", object 1 has "x" as ymin; expected a number',
    ],
    [
      'VOC of no picture',
      within({}, { 'z.xml': voc() }),
      '"z.xml" is named for a picture, which is not among the pictures',
    ],
    [
      'YOLO with an unknown class',
      within({}, { 'classes.txt': 'cat', 'a.txt': '1 0.5 0.5 1 1' }),
      '"a.txt", line 1 has the class 1; there are names for 0 to 0',
    ],
    [
      'YOLO polygons',
      within({}, { 'classes.txt': 'cat', 'a.txt': '0 0.5 0.5 1 1 0 0' }),
      '"a.txt", line 1 is "0 0.5 0.5 1 1 0 0"; expected five numbers: class, x, y, width, height',
    ],
    [
      'a picture in no folder',
      zip({ 'a.png': png }),
      '"a.png" lies in no folder; put each picture into a folder named for its label, or add a file that says what is where in them',
    ],
  ])('%s', (_, bytes, message) => {
    const refused = expect.objectContaining({
      code: 'invalid_data',
      message: expect.stringContaining(message),
    });
    expect(() => profileBytes(bytes, 'pictures')).toThrow(refused);
    expect(() => loadDataset(bytes, 'pictures')).toThrow(refused);
  });
});

/** Reads a zip of examples only as far as it must to have some of each label, and makes those small. */
import { createClient } from '../../shared/api/client.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import { encodeWav } from '../../shared/data/encode-wav.ts';
import { peaksOf } from '../../shared/data/peaks.ts';
import type { Image, LabelledBox } from '../../shared/data/table.ts';
import { createZipReader, type Example } from '../../shared/data/zip-reader.ts';
import { messageOf } from '../../shared/errors.ts';
import { plural } from '../ui/format.ts';
import { BOXES_SIDE, SAMPLE_SIDE, type Sample, type SampleReply, type SampleRequest } from './samples.ts';

const PEAKS = 48;

/** A dataset sorted by label may begin with a lot of one; what is found by here is shown. */
const READ_LIMIT = 64 * 1024 * 1024; // bytes

self.onmessage = async ({ data }: MessageEvent<SampleRequest>) => {
  const reply: SampleReply = await sample(data).then(
    (samples) => ({ samples }),
    (error) => ({ error: messageOf(error) }),
  );
  const samples = 'samples' in reply ? reply.samples : [];
  const bitmaps = samples.flatMap((one) => (one.type === 'picture' ? [one.bitmap] : []));
  self.postMessage(reply, { transfer: bitmaps });
};

async function sample({ source, labels, ofEach, hasBoxes }: SampleRequest): Promise<Sample[]> {
  const found = new Map<string, Example[]>();
  let wanted = labels * ofEach;
  const { push, end, boxes } = createZipReader((example) => {
    const label = hasBoxes ? '' : (example.label ?? '');
    const same = found.get(label) ?? [];
    if (same.length === ofEach || (same.length === 0 && found.size === labels)) return;
    found.set(label, [...same, example]);
    wanted -= 1;
  });

  const reader = (await open(source)).getReader();
  let read = 0; // bytes
  // what tells of boxes may come last
  while ((wanted > 0 || hasBoxes) && read < READ_LIMIT) {
    const { done, value } = await reader.read();
    if (done) {
      end();
      break;
    }
    push(value);
    read += value.length;
  }
  void reader.cancel().catch(() => {});

  const byLabel = [...found].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const all = hasBoxes ? boxes() : null;
  return Promise.all(
    byLabel.flatMap(([label, same]) =>
      same.map((example) => sampleOf(example, label, all?.get(example.path))),
    ),
  );
}

async function sampleOf(example: Example, label: string, boxes?: readonly LabelledBox[]): Promise<Sample> {
  if (example.type === 'picture') {
    const bitmap = await shrink(example.decode(), boxes ? BOXES_SIDE : SAMPLE_SIDE);
    if (!boxes) return { type: 'picture', label, bitmap };
    const told = plural(boxes.length, 'box', 'boxes');
    return { type: 'picture', label: told, bitmap, boxes: { size: example.size, all: boxes } };
  }
  const sound = example.decode();
  const wav = new Blob([encodeWav(sound)], { type: 'audio/wav' });
  const seconds = sound.samples.length / sound.rate;
  return { type: 'sound', label, seconds, peaks: peaksOf(sound.samples, PEAKS), wav };
}

async function open(source: SampleRequest['source']): Promise<ReadableStream<Uint8Array>> {
  if (source instanceof Blob) return source.stream();
  const { baseUrl, token, version } = source;
  const response = await createClient({ baseUrl, token }).call(getDatasetContent, { params: { version } });
  return response.body!;
}

/** Pictures that are small already stay as they are: the page enlarges them without smoothing. */
async function shrink({ width, height, channels, data }: Image, side: number): Promise<ImageBitmap> {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[i * 4 + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
    pixels.data[i * 4 + 3] = 255;
  }
  const scale = Math.min(1, side / Math.max(width, height));
  if (scale === 1) return createImageBitmap(pixels);
  return createImageBitmap(pixels, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: 'high',
  });
}

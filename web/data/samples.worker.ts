/** Reads a zip of examples only as far as it must to have some of each label, and makes those small. */
import { createClient } from '../../shared/api/client.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import { encodeWav } from '../../shared/data/encode-wav.ts';
import type { Image } from '../../shared/data/table.ts';
import { createZipReader, type Example } from '../../shared/data/zip-reader.ts';
import { messageOf } from '../../shared/errors.ts';
import { peaksOf } from './peaks.ts';
import { SAMPLE_SIDE, type Sample, type SampleReply, type SampleRequest } from './samples.ts';

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

async function sample({ source, labels, ofEach }: SampleRequest): Promise<Sample[]> {
  const found = new Map<string, Example[]>();
  let wanted = labels * ofEach;
  const { push, end } = createZipReader((example) => {
    const same = found.get(example.label) ?? [];
    if (same.length === ofEach || (same.length === 0 && found.size === labels)) return;
    found.set(example.label, [...same, example]);
    wanted -= 1;
  });

  const reader = (await open(source)).getReader();
  let read = 0; // bytes
  while (wanted > 0 && read < READ_LIMIT) {
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
  return Promise.all(byLabel.flatMap(([, same]) => same).map(sampleOf));
}

async function sampleOf(example: Example): Promise<Sample> {
  const { label } = example;
  if (example.type === 'picture') return { type: 'picture', label, bitmap: await shrink(example.decode()) };
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
async function shrink({ width, height, channels, data }: Image): Promise<ImageBitmap> {
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) pixels.data[i * 4 + c] = data[i * channels + (channels === 1 ? 0 : c)]!;
    pixels.data[i * 4 + 3] = 255;
  }
  const scale = Math.min(1, SAMPLE_SIDE / Math.max(width, height));
  if (scale === 1) return createImageBitmap(pixels);
  return createImageBitmap(pixels, {
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: 'high',
  });
}

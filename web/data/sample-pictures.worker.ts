/** Reads a pictures dataset only as far as it must to have some of each label, and scales those down. */
import { createClient } from '../../shared/api/client.ts';
import { getDatasetContent } from '../../shared/api/routes/datasets.ts';
import { createPictureReader, type Picture } from '../../shared/data/pictures.ts';
import type { Image } from '../../shared/data/table.ts';
import { messageOf } from '../../shared/errors.ts';
import { SAMPLE_SIDE, type SamplePicture, type SampleReply, type SampleRequest } from './sample-pictures.ts';

/** A dataset sorted by label may begin with a lot of one; what is found by here is shown. */
const READ_LIMIT = 64 * 1024 * 1024; // bytes

self.onmessage = async ({ data }: MessageEvent<SampleRequest>) => {
  const reply: SampleReply = await sample(data).then(
    (pictures) => ({ pictures }),
    (error) => ({ error: messageOf(error) }),
  );
  const bitmaps = 'pictures' in reply ? reply.pictures.map(({ bitmap }) => bitmap) : [];
  self.postMessage(reply, { transfer: bitmaps });
};

async function sample({ source, labels, ofEach }: SampleRequest): Promise<SamplePicture[]> {
  const found = new Map<string, Picture[]>();
  let wanted = labels * ofEach;
  const { push, end } = createPictureReader((picture) => {
    const same = found.get(picture.label) ?? [];
    if (same.length === ofEach || (same.length === 0 && found.size === labels)) return;
    found.set(picture.label, [...same, picture]);
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
  const pictures = byLabel.flatMap(([, same]) => same);
  return Promise.all(
    pictures.map(async (picture) => ({ label: picture.label, bitmap: await shrink(picture.decode()) })),
  );
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

/**
 * A run's curves as TensorBoard reads them: a folder for each split. Every attempt writes files of its own, which say from
 * which step on they replace the earlier ones. It is an open log: where it cannot be written, the training goes on without it.
 */
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type MetricPoint, SPLITS, type Split } from '../../../shared/schema/metric.ts';
import { scalarEvent, startEvent, textEvent, versionEvent } from './event.ts';
import { recordOf } from './record.ts';

export interface EventLogOptions {
  /** Of the run. */
  folder: string;
  /** What is trained, kept as a text beside the curves. */
  definition: unknown;
  /** Told once; nothing is written after it. */
  onError(error: unknown): void;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface EventLog {
  add(points: readonly MetricPoint[]): void;
  /** Resolves, always, when all is on the disk that can be. */
  close(): Promise<void>;
}

const PREFIX = 'events.out.tfevents.';

export function openEventLog({ folder, definition, onError, now = Date.now }: EventLogOptions): EventLog {
  const files = new Map<Split, FileHandle>();
  let failed = false;
  let told = existsSync(folder); // the definition
  let written = Promise.resolve(); // of all that was added

  return {
    add(points) {
      if (points.length > 0) then(() => write(points, now() / 1000));
    },
    async close() {
      then(() => closeAll());
      await written;
    },
  };

  function then(work: () => Promise<void>) {
    written = written
      .then(() => (failed ? undefined : work()))
      .catch(async (error) => {
        failed = true;
        await closeAll().catch(() => {}); // what it had been given is lost either way
        onError(error);
      });
  }

  async function write(points: readonly MetricPoint[], seconds: number) {
    for (const split of SPLITS) {
      const those = points.filter((point) => point.split === split);
      if (those.length === 0) continue;
      const file =
        files.get(split) ?? (await begin(split, Math.min(...those.map(({ step }) => step)), seconds));
      const events = those.map(({ step, name, value }) => scalarEvent(seconds, step, name, value));
      await append(file, events);
    }
  }

  async function begin(split: Split, step: number, seconds: number): Promise<FileHandle> {
    const inside = join(folder, split);
    await mkdir(inside, { recursive: true });
    // TensorBoard reads files in the order of their names.
    const earlier = (await readdir(inside)).map((name) => Number(name.slice(PREFIX.length).split('.')[0]));
    const begun = Math.max(
      Math.floor(seconds),
      ...earlier.filter(Number.isFinite).map((second) => second + 1),
    );
    const file = await open(join(inside, `${PREFIX}${begun}.${hostname()}.${process.pid}`), 'ax');
    files.set(split, file);
    const text = `\`\`\`json\n${JSON.stringify(definition, null, 2)}\n\`\`\``;
    await append(file, [
      versionEvent(seconds),
      startEvent(seconds, step),
      ...(told ? [] : [textEvent(seconds, 0, 'definition', text)]),
    ]);
    told = true;
    return file;
  }

  async function closeAll() {
    const open = [...files.values()];
    files.clear();
    await Promise.all(open.map((file) => file.close()));
  }
}

const append = (file: FileHandle, events: readonly Uint8Array[]): Promise<void> =>
  file.appendFile(Buffer.concat(events.map(recordOf)));

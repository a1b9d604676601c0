/** Clocks that jump: of the Worker, by a header of each request; of a Node program, by a file. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { workerFile } from '../../../edge/local/build.ts';

const SHIFTED_DATE = `
  const RealDate = Date;
  let offset = 0; // ms
  globalThis.Date = class Date extends RealDate {
    constructor(...given) { if (given.length > 0) super(...given); else super(RealDate.now() + offset); }
    static now() { return RealDate.now() + offset; }
  };`;

/** The built Worker, in a folder of its own, with a clock that goes by the header x-clock-offset (milliseconds). Returns its first module. */
export async function workerWithClock(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await cp(dirname(workerFile), folder, { recursive: true });
  const file = join(folder, 'clock.js');
  await writeFile(
    file,
    `${SHIFTED_DATE}
    import worker from './worker.js';
    export * from './worker.js';
    const shifted = {
      fetch(request, ...rest) {
        offset = Number(request.headers.get('x-clock-offset') ?? offset);
        return worker.fetch(request, ...rest);
      },
    };
    export default shifted;
    export const direct = shifted;`,
  );
  return file;
}

/** A line of JavaScript for Node programs: their clock is ahead by what the file says, milliseconds, looked at five times a second. */
export const clockOf = (file: string): string => `
  import { readFileSync } from 'node:fs';
  ${SHIFTED_DATE}
  setInterval(() => { try { offset = Number(readFileSync(${JSON.stringify(file)}, 'utf8')); } catch {} }, 200).unref();`;

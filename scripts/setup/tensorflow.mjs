// Makes @tensorflow/tfjs-node-gpu loadable. Its own installer brings TensorFlow 2.9.1 for CUDA 11.2, which is too
// old for today's GPUs; its binding, two C++ files over TensorFlow's C API and Node-API, compiles in seconds
// against the library of any current wheel. Each source below is tried in turn, and what came of it is written to
// .cache/tensorflow.json, which `runner doctor` reads.
import { mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cache, exists, installPackages, node22, requireDisk, root, which } from './machine.mjs';
import { run, SetupError, say, step } from './progress.mjs';

const reportPath = join(cache, 'tensorflow.json');
const store = join(cache, 'tensorflow');
const bindingFolder = join(store, 'lib'); // linked into the package as its `lib`
const bindingFile = join(bindingFolder, 'napi-v8/tfjs_binding.node');

const sources = [
  { source: 'installed', find: async () => undefined },
  { source: 'python', find: fromPython },
  { source: 'wheel', find: fromWheel },
  { source: 'download', find: fromPackageDownload },
];

/**
 * @typedef {{source: 'installed'|'python'|'wheel'|'download'|'none', version: string|null, path: string|null,
 *   libraryPath: string[], why: string}} TensorflowReport
 * libraryPath: folders of CUDA libraries for LD_LIBRARY_PATH; why: in words, also what failed on the way.
 * @param {{again?: boolean}} options again: try once more after an earlier failure on the same machine
 * @returns {Promise<TensorflowReport>}
 */
export async function ensureTensorflow({ again = false } = {}) {
  const machine = await describeMachine();
  const known = JSON.parse(await readFile(reportPath, 'utf8').catch(() => 'null'));
  if (known && known.machine === machine && !(again && known.source === 'none')) {
    if (known.source === 'none') return warn(known);
    if (known.source === 'installed' || ((await exists(bindingFile)) && (await exists(known.path)))) {
      if (known.source !== 'installed') await linkBinding();
      return known;
    }
  }
  await rm(store, { recursive: true, force: true });
  const failures = [];
  for (const { source, find } of sources) {
    try {
      const found = await find();
      if (found) await linkBinding();
      const version = await loadedVersion();
      const why = [`${version} loads (${source})`, ...failures].join('; ');
      return await writeReport({
        source,
        version,
        path: packageFolder(),
        libraryPath: [],
        ...found,
        why,
        machine,
      });
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      if (source !== 'installed') failures.push(`${source}: ${error.message}`);
      await rm(join(packageFolder(), 'lib'), { force: true, recursive: true });
    }
  }
  const why = failures.join('; ');
  return warn(
    await writeReport({ source: 'none', version: null, path: null, libraryPath: [], why, machine }),
  );
}

function warn(report) {
  say(
    `The runner trains in plain JavaScript, slowly, since TensorFlow could not be set up (${report.why}). "npm run setup" tries again.`,
  );
  return report;
}

async function writeReport(report) {
  await mkdir(cache, { recursive: true });
  await writeFile(reportPath, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/** What the choice depends on: when none of it has changed, neither has the answer. */
async function describeMachine() {
  const tools = await Promise.all(['python3', 'g++'].map(which));
  return [
    process.platform,
    process.arch,
    packageVersion(),
    root,
    (await hasGpu()) ? 'gpu' : 'cpu',
    ...tools,
  ].join(' ');
}

/** TRAINYARD_GPU=yes: for a machine to come, of which an image is made here. */
const hasGpu = async () => process.env.TRAINYARD_GPU === 'yes' || exists('/proc/driver/nvidia/version');
const packageFile = () =>
  createRequire(join(root, 'gpu-runner/package.json')).resolve('@tensorflow/tfjs-node-gpu/package.json');
const packageFolder = () => dirname(packageFile());
const packageVersion = () => createRequire(packageFile())('./package.json').version;

/** Loads the package in Node 22 and multiplies once; returns TensorFlow's version. */
async function loadedVersion() {
  const program = `const tf = require('@tensorflow/tfjs-node-gpu');
    if (tf.matMul([[2]], [[3]]).dataSync()[0] !== 6 || tf.getBackend() !== 'tensorflow') throw new Error('wrong product');
    console.log(tf.backend().binding.TF_Version);`;
  const printed = await run(node22, ['-e', program], { cwd: join(root, 'gpu-runner') });
  return `TensorFlow ${printed.trim().split('\n').at(-1)}`;
}

async function linkBinding() {
  const link = join(packageFolder(), 'lib');
  await rm(link, { recursive: true, force: true });
  await symlink(bindingFolder, link);
}

/** A TensorFlow that the Python at hand already has. */
async function fromPython() {
  const program = `import importlib.util as u, sys; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')`;
  const folder = (await run('python3', ['-c', program])).trim();
  if (!folder) throw new SetupError('the Python at hand has no tensorflow');
  return compile(folder);
}

/** The current wheel, by pip: with CUDA's own wheels beside it where there is a GPU. */
async function fromWheel() {
  await ensureTools();
  if (await hasGpu()) {
    await requireDisk(8, root, 'TensorFlow with CUDA');
    const site = join(store, 'site');
    await step('Downloading TensorFlow with CUDA by pip', () =>
      pip(['install', '--target', site, 'tensorflow[and-cuda]']),
    );
    return compile(join(site, 'tensorflow'));
  }
  await requireDisk(2, root, 'TensorFlow');
  const name = process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  const downloads = join(store, 'download');
  await step('Downloading TensorFlow by pip', () =>
    pip(['download', '--no-deps', '--dest', downloads, name]),
  );
  const [wheel] = await readdir(downloads);
  // Only the libraries and the C headers: a tenth of the files, and nothing of Python.
  const program = `import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
headers = ('tensorflow/include/tensorflow/', 'tensorflow/include/xla/tsl/', 'tensorflow/include/tsl/')
wheel.extractall(sys.argv[2], [n for n in wheel.namelist() if n.startswith('tensorflow/libtensorflow') or n.startswith(headers) and n.endswith('.h')])`;
  await step('Unpacking TensorFlow', () => run('python3', ['-c', program, join(downloads, wheel), store]));
  await rm(downloads, { recursive: true });
  const found = await compile(join(store, 'tensorflow'));
  await rm(join(store, 'tensorflow/include'), { recursive: true });
  return found;
}

const pip = (args) =>
  run('python3', ['-m', 'pip', ...args, '--quiet', '--disable-pip-version-check', '--only-binary=:all:']);

async function ensureTools() {
  const missing = [];
  if (!(await which('g++'))) missing.push('g++');
  if (!(await which('python3'))) missing.push('python3');
  if (!(await run('python3', ['-m', 'pip', '--version']).catch(() => ''))) missing.push('python3-pip');
  if (missing.length > 0) await installPackages(missing, 'to set up TensorFlow');
}

/** Compiles the binding against the libraries and headers of a `tensorflow` Python package. */
async function compile(folder) {
  if (process.platform !== 'linux') throw new SetupError(`no recipe for ${process.platform}`);
  await ensureTools();
  const libraries = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'].map((name) =>
    join(folder, name),
  );
  for (const library of libraries)
    if (!(await exists(library))) throw new SetupError(`${library} is missing`);
  const code = packageFolder();
  await mkdir(dirname(bindingFile), { recursive: true });
  await step('Compiling the TensorFlow binding', async () =>
    run('g++', [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-w', '-o', bindingFile],
      ...['-I', dirname(code), '-I', join(folder, 'include'), '-I', await nodeHeaders()],
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(code, 'binding', name)),
      ...libraries,
      `-Wl,-rpath,${folder}`,
    ]),
  );
  return { path: folder, libraryPath: await cudaFolders(dirname(folder)) };
}

/** Node-API is the same in every Node, so the headers beside any Node will do. */
async function nodeHeaders() {
  const prefixes = [process.env.npm_config_nodedir, dirname(dirname(process.execPath)), '/usr', '/usr/local'];
  for (const prefix of prefixes) {
    if (prefix && (await exists(join(prefix, 'include/node/node_api.h'))))
      return join(prefix, 'include/node');
  }
  await installPackages(['libnode-dev'], "for Node's headers (node_api.h)");
  return '/usr/include/node';
}

/** CUDA's wheels put their libraries in nvidia/<part>/lib, beside tensorflow/. */
async function cudaFolders(site) {
  const parts = await readdir(join(site, 'nvidia')).catch(() => []);
  const folders = parts.map((part) => join(site, 'nvidia', part, 'lib'));
  const there = await Promise.all(folders.map((folder) => exists(folder)));
  return folders.filter((_, i) => there[i]);
}

/** The package's own installer, for machines that can reach its host but have no pip. */
async function fromPackageDownload() {
  const folder = packageFolder();
  const kind = (await hasGpu()) ? 'gpu' : 'cpu';
  const env = { PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` };
  await step("Downloading TensorFlow by tfjs-node's installer", () =>
    run(node22, ['scripts/install.js', kind, 'download'], { cwd: folder, env }),
  );
  await mkdir(store, { recursive: true });
  for (const part of ['deps', 'lib']) {
    if (!(await exists(join(folder, part)))) throw new SetupError(`the installer left no ${part} folder`);
    await rename(join(folder, part), join(store, part));
  }
  return { path: join(store, 'deps/lib') };
}

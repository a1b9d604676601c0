/**
 * Import rules: which folder may import which. Programs import `shared/` and never one another; inside `shared/` the
 * arrows run one way; TensorFlow.js reaches `shared/` as an argument, so only its types may be imported there.
 * Cycles between files are the linter's (`noImportCycles`).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Folder → the folders it may import besides itself; the longest matching folder counts. */
const MAY_IMPORT = {
  'shared/errors.ts': [],
  'shared/schema': ['shared/errors.ts'],
  'shared/graph': ['shared/errors.ts'],
  'shared/data': ['shared/errors.ts', 'shared/schema'],
  'shared/pipeline': ['shared/errors.ts', 'shared/schema', 'shared/data'],
  'shared/executors': ['shared/errors.ts', 'shared/graph'],
  'shared/model': ['shared/errors.ts', 'shared/schema', 'shared/graph'],
  'shared/sha256.ts': [],
  'shared/parse-json.ts': ['shared/errors.ts'],
  'shared/choose-by-traffic.ts': [],
  'shared/endpoint-traffic.ts': ['shared/schema'],
  'shared/estimators': ['shared/errors.ts', 'shared/schema', 'shared/graph'],
  'shared/tasks': [
    'shared/errors.ts',
    'shared/schema',
    'shared/graph',
    'shared/data',
    'shared/pipeline',
    'shared/model',
    'shared/evaluate',
  ],
  'shared/definition': [
    'shared/errors.ts',
    'shared/tasks',
    'shared/estimators',
    'shared/graph',
    'shared/schema',
    'shared/data',
    'shared/pipeline',
    'shared/model',
    'shared/parse-json.ts',
    'shared/sha256.ts',
  ],
  'shared/templates': [
    'shared/errors.ts',
    'shared/schema',
    'shared/pipeline',
    'shared/model',
    'shared/definition',
  ],
  'shared/reference': [
    'shared/definition',
    'shared/graph',
    'shared/pipeline',
    'shared/model',
    'shared/estimators',
    'shared/templates',
  ],
  'shared/evaluate': ['shared/errors.ts', 'shared/schema', 'shared/graph', 'shared/pipeline'],
  'shared/artifact': [
    'shared/errors.ts',
    'shared/tasks',
    'shared/estimators',
    'shared/schema',
    'shared/data',
    'shared/pipeline',
    'shared/graph',
    'shared/executors',
    'shared/model',
    'shared/definition',
    'shared/evaluate',
    'shared/sha256.ts',
  ],
  'shared/inference-graph': ['shared/errors.ts', 'shared/schema', 'shared/graph'],
  'shared/explain': ['shared/errors.ts', 'shared/schema', 'shared/graph', 'shared/data', 'shared/pipeline'],
  'shared/plan': [
    'shared/tasks',
    'shared/estimators',
    'shared/schema',
    'shared/pipeline',
    'shared/executors',
    'shared/model',
    'shared/definition',
    'shared/artifact',
  ],
  'shared/export': [
    'shared/errors.ts',
    'shared/schema',
    'shared/tasks',
    'shared/estimators',
    'shared/graph',
    'shared/definition',
    'shared/pipeline',
    'shared/executors',
    'shared/model',
    'shared/artifact',
  ],
  'shared/import': [
    'shared/errors.ts',
    'shared/graph',
    'shared/model',
    'shared/schema',
    'shared/pipeline',
    'shared/definition',
    'shared/artifact',
    'shared/sha256.ts',
  ],
  'shared/train': [
    'shared/errors.ts',
    'shared/tasks',
    'shared/estimators',
    'shared/schema',
    'shared/data',
    'shared/pipeline',
    'shared/graph',
    'shared/executors',
    'shared/model',
    'shared/definition',
    'shared/evaluate',
    'shared/artifact',
    'shared/federated',
    'shared/sha256.ts',
  ],
  'shared/tune': [
    'shared/errors.ts',
    'shared/schema',
    'shared/graph',
    'shared/tasks',
    'shared/estimators',
    'shared/model',
    'shared/evaluate',
    'shared/definition',
    'shared/templates',
  ],
  'shared/federated': ['shared/errors.ts', 'shared/schema', 'shared/definition'],
  'shared/batch': [
    'shared/errors.ts',
    'shared/schema',
    'shared/data',
    'shared/pipeline',
    'shared/inference-graph',
  ],
  'shared/protocols': ['shared/errors.ts', 'shared/parse-json.ts', 'shared/schema', 'shared/data'],
  'shared/api': [
    'shared/errors.ts',
    'shared/schema',
    'shared/definition',
    'shared/model',
    'shared/protocols',
    'shared/tune',
    'shared/federated',
    'shared/sha256.ts',
  ],
  edge: ['shared'],
  'edge/local': ['edge/store', 'shared'],
  web: ['shared'],
  'gpu-runner': ['shared'],
  cli: ['shared'],
  test: ['shared', 'edge', 'web', 'gpu-runner', 'cli', 'scripts'],
};
/** What an isolate loads before its first prediction: this file and whatever it imports (not by `import()`), of packages these alone. */
const SHORT_WAY = { entry: 'edge/worker.ts', packages: ['cloudflare:workers'] };
const FOLDERS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
const within = (file, folder) => file === folder || file.startsWith(`${folder}/`);

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter(Boolean);
const faults = [];
for (const file of files) {
  const home = FOLDERS.find((folder) => within(file, folder));
  if (!home || /(\.(test|bench|config)|-for-tests|-fixtures)\.tsx?$/.test(file)) continue;
  const text = readFileSync(file, 'utf8');
  if (/^import \{.*\bz\b.*\} from 'zod'/m.test(text))
    faults.push(`${file}: takes all of zod with it, every language's words; write import * as z from 'zod'`);
  for (const [, typeOnly, from, dynamic] of text.matchAll(IMPORT)) {
    const target = from ?? dynamic;
    if (within(file, 'shared') && target.startsWith('@tensorflow/') && !typeOnly)
      faults.push(`${file}: imports ${target}; shared/ takes tf as an argument and imports its types only`);
    if (!target.startsWith('.')) continue;
    const path = normalize(join(dirname(file), target));
    if (within(path, home) && FOLDERS.find((folder) => within(path, folder)) === home) continue;
    if (!MAY_IMPORT[home].some((folder) => within(path, folder)))
      faults.push(
        `${file}: imports ${path}; ${home} may import ${MAY_IMPORT[home].join(', ') || 'nothing of ours'}`,
      );
  }
}

/** The imports that run when the file is loaded. */
const importedBy = (file) =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .filter(([, typeOnly, from]) => from && !typeOnly)
    .map((one) => one[2]);
const ways = new Map([[SHORT_WAY.entry, [SHORT_WAY.entry]]]); // file → how the entry comes to it
for (const [file, way] of ways) {
  for (const target of importedBy(file)) {
    const path = target.startsWith('.') ? normalize(join(dirname(file), target)) : target;
    if (target.startsWith('.')) {
      if (path.endsWith('.ts') && !ways.has(path)) ways.set(path, [...way, path]);
    } else if (!SHORT_WAY.packages.includes(target))
      faults.push(
        `${file}: brings ${target} to the short way of predictions (${way.join(' → ')}); load it by import()`,
      );
  }
}
for (const fault of faults) console.error(fault);
console.log(`import rules: ${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length > 0 ? 1 : 0;

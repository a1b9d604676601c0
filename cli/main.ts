/** The command line, `npx trainyard`: a thin client of the API. */
import { Command, CommanderError } from 'commander';
import { addAdvise } from './commands/advise.ts';
import { addDataset } from './commands/dataset.ts';
import { addDeploy } from './commands/deploy.ts';
import { addLogin } from './commands/login.ts';
import { addModel } from './commands/model.ts';
import { addPipeline } from './commands/pipeline.ts';
import { addPredict } from './commands/predict.ts';
import { addQueue } from './commands/queue.ts';
import { addRun } from './commands/run.ts';
import { addRunner } from './commands/runner.ts';
import { addSweep } from './commands/sweep.ts';
import { addTrain } from './commands/train.ts';
import { addWeights } from './commands/weights.ts';
import { EXIT, toFailure } from './failure.ts';
import { parseName } from './options.ts';
import { createOutput } from './output.ts';
import manifest from './package.json' with { type: 'json' };

const program = new Command('trainyard')
  .description('from a file of data to an endpoint that predicts')
  .version(manifest.version)
  .option('--url <url>', 'server (default: TRAINYARD_URL, the login, or the local server)')
  .option('--token <token>', 'its token (default: TRAINYARD_TOKEN, the login, or the local server)')
  .option('--project <name>', 'project to work in', parseName, 'default')
  .configureHelp({ showGlobalOptions: true })
  .configureOutput({ outputError: () => {} })
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes: 0 done; 1 the run failed or the server is in trouble; 2 bad usage or bad input;
130 Ctrl-C. Ctrl-C while following a run leaves the run going; \`run stop\` stops it.`,
  );
for (const add of [
  addLogin,
  addDataset,
  addAdvise,
  addPipeline,
  addTrain,
  addSweep,
  addRun,
  addQueue,
  addModel,
  addDeploy,
  addPredict,
  addRunner,
  addWeights,
])
  add(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = end(error);
}

function end(error: unknown): number {
  const isHelp =
    error instanceof CommanderError &&
    ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);
  if (isHelp) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const failure = toFailure(error);
  createOutput(process.argv.some((word) => /^--json(=|$)/.test(word))).fail(failure);
  return failure.exitCode;
}

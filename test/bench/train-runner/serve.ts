/**
 * A contestant in a process of its own answers lines on its standard input with lines of JSON: a number of epochs to train with
 * {"seconds"}, `score` with {"accuracy", "megabytes"}. The Python contestants do the same (serve.py).
 */
import { createInterface } from 'node:readline';

export interface Training {
  train(epochs: number): Promise<void>;
  /** Of the rows held out: share that is right. */
  score(): Promise<number>;
}

export async function serve(training: Training): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'score') {
      const megabytes = process.resourceUsage().maxRSS / 1024;
      say({ accuracy: await training.score(), megabytes });
    } else {
      const start = performance.now();
      await training.train(Number(line));
      say({ seconds: (performance.now() - start) / 1000 });
    }
  }
}

const say = (answer: Record<string, number>): void => {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
};

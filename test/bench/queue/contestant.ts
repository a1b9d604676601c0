/** A queue of jobs as the benchmark sees it. */
export interface QueueContestant {
  /** Puts so many jobs into the queue, as quickly as it can. */
  fill(jobs: number): Promise<void>;
  /** `runners` take jobs at the same time, until they have taken so many in all; milliseconds that took. */
  claim(runners: number, jobs: number): Promise<number>;
  /** With `runners` that wait: milliseconds from adding a job to a runner having it, of each of so many jobs, one after the other. */
  startLatencies(runners: number, jobs: number): Promise<number[]>;
  close(): Promise<void>;
}

/** So many at a time, until `work` says false. */
export async function together(workers: number, work: (worker: number) => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (await work(worker));
    }),
  );
}

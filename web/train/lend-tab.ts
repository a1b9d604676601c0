/**
 * This tab as a runner: it announces itself, and takes jobs of the queue, one at a time, under leases like any other. It is on until it is
 * told otherwise, through reloads too. A tab that closes hands its job back; where it could not, the lease runs out.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { createBell } from '../../shared/api/bell.ts';
import { openLive } from '../../shared/api/live.ts';
import { claimJob, type JobAssignment, registerRunner, releaseJob } from '../../shared/api/routes/jobs.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import type { RunnerCapabilities } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf, BACKEND_NAMES, type Backend, type BackendReport, detectBackends } from './backends.ts';
import { takeTabRunnerId } from './tab-runner-id.ts';
import { handBackTabTraining, trainLent, untilIdle } from './tab-training.ts';

/** Also asked for now and then, in case nobody told that a job waits, milliseconds. */
const ASK_MS = 5000;
/** It says that it is there, milliseconds. */
const REGISTER_MS = 15_000;
/** More of a data set than this is for runners, bytes. */
const MOST_DATA = 64 * 2 ** 20;
/** Of a browser that does not say how much there is, bytes. */
const USUAL_MEMORY = 4 * 2 ** 30;

export interface Lending {
  /** Its id as a runner, once it has announced itself. */
  runner: string | null;
  /** The run that it trains for others. `project`: as it is called in addresses. */
  run: { id: string; name: string; project: string } | null;
  /** Why there is none though it lends. */
  problem: string | null;
}

const KEY = 'trainyard-tab-lends';
/** Null: it does not lend. */
let lending: Lending | null = null;
/** Its job. */
let held: JobAssignment | null = null;
let ending = new AbortController();
let cache: QueryClient;
const listeners = new Set<() => void>();

/** Wires the query cache, once, at start, and goes on lending where the tab did. */
export function followLending(client: QueryClient): void {
  cache = client;
  addEventListener('pagehide', leave);
  if (sessionStorage.getItem(KEY) && api().token) lendTab();
}

export function useLending(): Lending | null {
  return useSyncExternalStore(listen, () => lending);
}

export function lendTab(): void {
  if (lending) return;
  sessionStorage.setItem(KEY, 'yes');
  ending = new AbortController();
  set({ runner: null, run: null, problem: null });
  void lend(ending.signal);
}

/** A job that is at work is saved and handed back. */
export function stopLending(): void {
  sessionStorage.removeItem(KEY);
  ending.abort();
  if (held) handBackTabTraining();
  lending = null;
  tellListeners();
}

async function lend(ended: AbortSignal): Promise<void> {
  const runner = await takeTabRunnerId(ended);
  let reports = await detectBackends();
  const bell = createBell();
  ended.addEventListener('abort', bell.ring);
  const announce = () => api().call(registerRunner, { params: { runner }, body: introduce(reports) });
  const telling = setInterval(() => void announce().catch(() => {}), REGISTER_MS);
  const { baseUrl, token } = api();
  const live = openLive({ baseUrl, token, topics: ['jobs'] }, bell.ring, bell.ring);
  try {
    while (!ended.aborted) {
      await untilIdle();
      if (ended.aborted) break;
      const job = await take(runner, announce, reports);
      if (job && ended.aborted) await handBack(job);
      else if (job) {
        const failed = await train(job, reports);
        reports = reports.filter(({ backend }) => !failed.includes(backend));
      } else await bell.wait(ASK_MS);
    }
  } finally {
    clearInterval(telling);
    live.close();
  }
}

/** Null: none waits, or the server cannot be asked. */
async function take(
  runner: string,
  announce: () => Promise<unknown>,
  reports: readonly BackendReport[],
): Promise<JobAssignment | null> {
  try {
    if (lending?.runner !== runner) await announce();
    const device = deviceOf(reports);
    const job = await api().call(claimJob, { body: { runner, run: null, device } });
    change({ runner, problem: null });
    return job;
  } catch (error) {
    // a server that has begun afresh does not know it
    const isUnknown = error instanceof AppError && error.code === 'not_found';
    change({ runner: isUnknown ? null : (lending?.runner ?? null), problem: messageOf(error) });
    return null;
  }
}

async function train(job: JobAssignment, reports: readonly BackendReport[]): Promise<Backend[]> {
  held = job;
  try {
    const project = await projectOf(job);
    change({ run: { id: job.run.id, name: job.run.name, project } });
    return await trainLent(project, job, attemptsOf(reports));
  } catch {
    // a run of its own came between
    await handBack(job);
    return [];
  } finally {
    held = null;
    change({ run: null });
  }
}

/** As it is called in addresses. */
async function projectOf({ run }: JobAssignment): Promise<string> {
  const projects = await cache.fetchQuery(queries.projects());
  return projects.find(({ id }) => id === run.project)?.name ?? run.project;
}

const handBack = ({ lease: { job, fence } }: JobAssignment): Promise<void> =>
  api()
    .call(releaseJob, { params: { job }, body: { fence, reason: 'shutdown' } }, { keepalive: true })
    .catch(() => {}); // its lease runs out

function leave(): void {
  if (held) void handBack(held);
}

function introduce(reports: readonly BackendReport[]) {
  const { userAgentData, deviceMemory } = navigator as Navigator & {
    userAgentData?: { platform: string };
    deviceMemory?: number;
  };
  const gpu = reports.find(({ backend, usable, software }) => backend === 'webgpu' && usable && !software);
  const capabilities: RunnerCapabilities = {
    libtensorflow: null,
    gpu: gpu?.detail ?? null,
    gpuMemoryBytes: null,
    // a half is the page's own and other programs'
    memoryBytes: (deviceMemory ? deviceMemory * 2 ** 30 : USUAL_MEMORY) / 2,
    slots: 1,
    labels: ['browser'],
    maxDatasetBytes: MOST_DATA,
  };
  const name = `A tab on ${userAgentData?.platform || navigator.platform || 'some machine'}`.slice(0, 100);
  return { name, device: deviceOf(reports), capabilities };
}

function deviceOf(reports: readonly BackendReport[]): string {
  const offered = attemptsOf(reports)
    .flat()
    .map((backend) => BACKEND_NAMES[backend]);
  return `${offered.join(', ') || 'nothing'}, in a browser tab`;
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(part: Partial<Lending>): void {
  if (lending) set({ ...lending, ...part });
}

function set(next: Lending): void {
  lending = next;
  tellListeners();
}

function tellListeners(): void {
  for (const listener of listeners) listener();
}

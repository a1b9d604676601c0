/**
 * The runs that train in this tab, one after the other, kept outside the pages so that moving between them does not end one. What
 * the worker says goes into the same query cache that live events go into.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { JobAssignment } from '../../shared/api/routes/jobs.ts';
import type { Progress } from '../../shared/schema/run.ts';
import type { Inspection } from '../data/inspect.ts';
import { applyLiveEvent, queries } from '../queries.ts';
import { api } from '../session.ts';
import { BACKEND_NAMES, type Backend } from './backends.ts';
import { lockOf } from './clear-kept.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { forgetRun, type RememberedRun, rememberedRuns, rememberRun } from './remembered-runs.ts';

export interface TabTraining {
  project: string;
  run: string;
  state: 'running' | 'ended';
  /** It was taken from the queue of the runners. */
  isLent: boolean;
  /** The lease of an earlier tab must run out first. */
  isWaiting: boolean;
  device: string | null;
  /** Why it trains on that. */
  reason: string | null;
  /** Backends given up, and why. */
  fallbacks: readonly string[];
  /** False: this machine has no room for checkpoints. */
  isKept: boolean;
  /** The server cannot be reached: what it lacks is sent once it is back. */
  isServerAway: boolean;
  /** Why the run could not go on here. */
  problem: string | null;
}

/** A run to be trained here. With rows that only this tab has it is not remembered: a page that is loaded again has them no more. */
interface Order extends RememberedRun {
  own: Inspection | null;
}

interface State {
  current: TabTraining | null;
  /** Of `current`. Apart from it, so that only what shows it renders as often as it changes. */
  progress: Progress | null;
  /** Runs that wait for their turn, in order. */
  queue: readonly Order[];
}

let state: State = { current: null, progress: null, queue: [] };
let worker: Worker | null = null;
let cache: QueryClient;
let onFallback: (backend: Backend) => void = () => {};
const listeners = new Set<() => void>();

/** Wires the query cache, once, at start, and goes on with what this browser had begun. */
export function followTabTraining(client: QueryClient): void {
  cache = client;
  void resumeRemembered();
}

export const useTabTraining = (): TabTraining | null => useSelected(() => state.current);
/** Runs that wait for their turn here. */
export const useTabQueue = (): readonly Order[] => useSelected(() => state.queue);
/** Of the run that trains here. */
export const useTabProgress = (): Progress | null => useSelected(() => state.progress);

const useSelected = <T>(select: () => T): T => useSyncExternalStore(listen, select);

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Trains `run` here, on the fastest that can, see `attemptsOf`; after those that train here already. `own`: rows that only this tab has.
 */
export function startTabTraining(
  project: string,
  run: string,
  attempts: Backend[][],
  own: Inspection | null = null,
): void {
  const order = { project, run, attempts, own };
  if (!own) rememberRun({ project, run, attempts });
  if (isBusy()) set({ queue: [...state.queue, order] });
  else start(order, null);
}

/**
 * Trains a job that this tab took from the queue; resolves once the tab is rid of it, with what could not train it. Throws where the tab
 * has other work.
 */
export async function trainLent(
  project: string,
  lent: JobAssignment,
  attempts: Backend[][],
): Promise<Backend[]> {
  if (isBusy()) throw new Error('this tab has work of its own');
  const failed: Backend[] = [];
  onFallback = (backend) => failed.push(backend);
  start({ project, run: lent.run.id, attempts, own: null }, lent);
  const { current } = state;
  await until(() => state.current?.run !== current?.run || state.current?.state === 'ended');
  onFallback = () => {};
  return failed;
}

/** Resolves once nothing trains here, at once where nothing does. */
export const untilIdle = (): Promise<void> => until(() => !isBusy());

const isBusy = (): boolean => state.current?.state === 'running';

function until(holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((done) => {
    const leave = listen(() => {
      if (!holds()) return;
      leave();
      done();
    });
  });
}

/** Takes a run out of the queue. */
export function leaveQueue(id: string): void {
  forgetRun(id);
  set({ queue: state.queue.filter(({ run }) => run !== id) });
}

/** The worker saves what stands, and stops. */
export function stopTabTraining(): void {
  send({ type: 'stop' });
}

/** The worker saves what stands, and others go on with it. */
export function handBackTabTraining(): void {
  send({ type: 'handBack' });
}

/** The worker ends the training early, and keeps what it has learnt. */
export function finishTabTraining(): void {
  send({ type: 'finish' });
}

async function resumeRemembered(): Promise<void> {
  // those that another tab trains are not this one's
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  const isElsewhere = (run: string) => held.some(({ name }) => name === lockOf(run));
  const [first, ...queue] = rememberedRuns()
    .filter(({ run }) => !isElsewhere(run))
    .map((run) => ({ ...run, own: null }));
  if (!first || state.current || !api().token) return;
  set({ queue });
  start(first, null);
}

function start({ project, run, attempts, own }: Order, lent: JobAssignment | null): void {
  worker?.terminate();
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
  worker.onerror = (event) => end(event.message || 'the training worker could not be loaded');
  // others go on with one that is lent
  if (!lent) addEventListener('beforeunload', askBeforeLeaving);
  const { baseUrl, token = '' } = api();
  send({ type: 'start', baseUrl, token, run, attempts, lent, own });
  const nothingYet = { device: null, reason: null, fallbacks: [], problem: null };
  set({
    current: {
      project,
      run,
      state: 'running',
      isLent: lent !== null,
      isWaiting: false,
      isKept: true,
      isServerAway: false,
      ...nothingYet,
    },
    progress: null,
  });
}

function send(message: ToWorker): void {
  worker?.postMessage(message);
}

function hear(message: FromWorker): void {
  const { current } = state;
  if (!current) return;
  const { run, project } = current;
  switch (message.type) {
    case 'waiting':
      change({ isWaiting: true });
      break;
    case 'not-kept':
      change({ isKept: false });
      break;
    case 'server':
      change({ isServerAway: message.isAway });
      break;
    case 'backend':
      void cache.invalidateQueries({ queryKey: queries.run(run).queryKey, exact: true });
      change({ device: message.device, reason: message.reason, isWaiting: false });
      break;
    case 'fallback': {
      const given = `${BACKEND_NAMES[message.backend]}: ${message.reason}`;
      change({ fallbacks: [...current.fallbacks, given] });
      onFallback(message.backend);
      break;
    }
    case 'progress':
      set({ progress: message.progress });
      break;
    case 'metrics':
      applyLiveEvent(cache, { type: 'metrics', run, points: message.points });
      break;
    case 'snapshot':
      applyLiveEvent(cache, { type: 'snapshot', run, snapshot: message.snapshot });
      break;
    case 'ended':
      applyLiveEvent(cache, { type: 'run', run: message.run });
      for (const key of ['project', 'projects', 'runs', 'models'])
        void cache.invalidateQueries({ queryKey: [key] });
      end(message.problem);
      break;
    case 'lost':
      void cache.invalidateQueries({ queryKey: ['runs', project] });
      void cache.invalidateQueries({ queryKey: ['run', run] });
      end(message.message);
  }
}

/** Makes room for the next of the queue. */
function end(problem: string | null): void {
  worker?.terminate();
  worker = null;
  removeEventListener('beforeunload', askBeforeLeaving);
  if (state.current) forgetRun(state.current.run);
  change({ state: 'ended', problem, isServerAway: false });
  const [next, ...queue] = state.queue;
  if (!next) return;
  set({ queue });
  start(next, null);
}

const change = (part: Partial<TabTraining>): void => {
  if (state.current) set({ current: { ...state.current, ...part } });
};

function set(part: Partial<State>): void {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/**
 * The run that trains in this tab, one at most, kept outside the pages so that moving between them does not end it. What
 * its worker says goes into the same query cache that live events go into.
 */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { Progress } from '../../shared/schema/run.ts';
import { applyLiveEvent, queries } from '../queries.ts';
import { api } from '../session.ts';
import { BACKEND_NAMES, type Backend } from './backends.ts';
import type { FromWorker, ToWorker } from './messages.ts';

export interface TabTraining {
  project: string;
  run: string;
  state: 'running' | 'ended';
  device: string | null;
  /** Why it trains on that. */
  reason: string | null;
  progress: Progress | null;
  /** Backends given up, and why. */
  fallbacks: readonly string[];
  /** Why the run could not go on here. */
  problem: string | null;
}

let current: TabTraining | null = null;
let worker: Worker | null = null;
let cache: QueryClient;
const listeners = new Set<() => void>();

/** Wires the query cache, once, at start. */
export function followTabTraining(client: QueryClient): void {
  cache = client;
}

export function useTabTraining(): TabTraining | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** Trains `run` here, on the fastest that can, see `attemptsOf`. One at a time: the caller asks `useTabTraining` first. */
export function startTabTraining(project: string, run: string, attempts: Backend[][]): void {
  worker?.terminate();
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
  worker.onerror = (event) => end(event.message || 'the training worker could not be loaded');
  current = {
    project,
    run,
    state: 'running',
    device: null,
    reason: null,
    progress: null,
    fallbacks: [],
    problem: null,
  };
  addEventListener('beforeunload', askBeforeLeaving);
  const { baseUrl, token = '' } = api();
  send({ type: 'start', baseUrl, token, run, attempts });
  announce();
}

/** The worker stops at its next step. */
export function stopTabTraining(): void {
  send({ type: 'stop' });
}

function send(message: ToWorker): void {
  worker?.postMessage(message);
}

function hear(message: FromWorker): void {
  if (!current) return;
  const { run, project } = current;
  if (message.type === 'backend') {
    change({ device: message.device, reason: message.reason });
    void cache.invalidateQueries({ queryKey: queries.run(run).queryKey, exact: true });
  } else if (message.type === 'fallback') {
    change({ fallbacks: [...current.fallbacks, `${BACKEND_NAMES[message.backend]}: ${message.reason}`] });
  } else if (message.type === 'progress') {
    change({ progress: message.progress });
  } else if (message.type === 'metrics') {
    applyLiveEvent(cache, { type: 'metrics', run, points: message.points });
  } else if (message.type === 'ended') {
    applyLiveEvent(cache, { type: 'run', run: message.run });
    for (const key of ['project', 'projects', 'runs', 'models'])
      void cache.invalidateQueries({ queryKey: [key] });
    end(null);
  } else {
    void cache.invalidateQueries({ queryKey: ['runs', project] });
    void cache.invalidateQueries({ queryKey: ['run', run] });
    end(message.message);
  }
}

function end(problem: string | null): void {
  worker?.terminate();
  worker = null;
  removeEventListener('beforeunload', askBeforeLeaving);
  change({ state: 'ended', problem });
}

function change(part: Partial<TabTraining>): void {
  if (current) current = { ...current, ...part };
  announce();
}

function announce(): void {
  for (const listener of listeners) listener();
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

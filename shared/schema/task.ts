/** What is to be learnt. */
import * as z from 'zod';

/** From examples with the answer: a column of the data. */
export const SupervisedTask = z.enum(['classification', 'regression', 'translation', 'object-detection']);
export type SupervisedTask = z.infer<typeof SupervisedTask>;

/** Without answers: the rows themselves tell. The target is then no column, but what the answer is called. */
export const UNSUPERVISED = {
  clustering: 'cluster',
  'anomaly-detection': 'anomaly',
  'image-generation': 'picture',
} as const;

export const TASKS = [
  'classification',
  'regression',
  'translation',
  'object-detection',
  'clustering',
  'anomaly-detection',
  'image-generation',
] as const;
export const Task = z.enum(TASKS);
export type Task = z.infer<typeof Task>;

export const isSupervised = (task: Task): task is SupervisedTask => !(task in UNSUPERVISED);

/** What networks learn: each is answered in a form of its own. */
export const NetworkTask = z.enum([...SupervisedTask.options, 'image-generation']);
export type NetworkTask = z.infer<typeof NetworkTask>;

/** Groups, and what is unusual, are answered as classes are. */
export const outputTaskOf = (task: Task): NetworkTask =>
  task === 'clustering' || task === 'anomaly-detection' ? 'classification' : task;

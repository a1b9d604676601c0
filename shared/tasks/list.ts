/** Every task that a model can be trained for. Groups, and what is unusual, are answered as classes are. */
import { outputTaskOf, type Task } from '../schema/task.ts';
import { classification } from './classification.ts';
import { imageGeneration } from './image-generation.ts';
import type { OutputTask } from './output-task.ts';
import { regression } from './regression.ts';

const outputTasks: readonly OutputTask[] = [
  classification,
  regression,
  imageGeneration,
] as unknown as OutputTask[];

const byName = new Map(outputTasks.map((task) => [task.task, task]));

export const outputTask = (task: Task): OutputTask => byName.get(outputTaskOf(task))!;

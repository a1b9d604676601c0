/** Every task that a model can be trained for. Groups, and what is unusual, are answered as classes are. */
import { outputTaskOf, type Task } from '../schema/task.ts';
import { classification } from './classification.ts';
import { imageGeneration } from './image-generation.ts';
import { objectDetection } from './object-detection.ts';
import type { OutputTask } from './output-task.ts';
import { regression } from './regression.ts';
import { translation } from './translation.ts';

const outputTasks: readonly OutputTask[] = [
  classification,
  regression,
  translation,
  objectDetection,
  imageGeneration,
] as unknown as OutputTask[];

const byName = new Map(outputTasks.map((task) => [task.task, task]));

export const outputTask = (task: Task): OutputTask => byName.get(outputTaskOf(task))!;

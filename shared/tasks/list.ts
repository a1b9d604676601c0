/** Every task that a model can be trained for. Groups, and what is unusual, are answered as classes are. */
import { outputTaskOf, type Task } from '../schema/task.ts';
import { classification } from './classification.ts';
import { objectDetection } from './object-detection.ts';
import type { OutputTask } from './output-task.ts';
import { regression } from './regression.ts';

const outputTasks = [classification, regression, objectDetection] as unknown as readonly OutputTask[];

const byName = new Map(outputTasks.map((task) => [task.task, task]));

export const outputTask = (task: Task): OutputTask => byName.get(outputTaskOf(task))!;

/** Every estimator. A new one is its file and a line here. */
import { gradientBoosting } from './gradient-boosting.ts';
import { isolationForest } from './isolation-forest.ts';
import { kMeans } from './k-means.ts';
import { naiveBayes } from './naive-bayes.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { randomForest } from './random-forest.ts';
import { ridge } from './ridge.ts';

export const estimators = [
  gradientBoosting,
  randomForest,
  ridge,
  nearestNeighbours,
  naiveBayes,
  kMeans,
  isolationForest,
] as const;

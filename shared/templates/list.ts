/** All templates, best first where several fit and nothing speaks against it. */
import { anomalies } from './anomalies.ts';
import { clusters } from './clusters.ts';
import { pictureCnn } from './picture-cnn.ts';
import { pictureCnnClassic } from './picture-cnn-classic.ts';
import { pictureDetection } from './picture-detection.ts';
import { pictureDiffusion } from './picture-diffusion.ts';
import { pictureTransfer } from './picture-transfer.ts';
import { pictureVae } from './picture-vae.ts';
import { ratings } from './ratings.ts';
import { seriesForecast } from './series-forecast.ts';
import { spokenWords } from './spoken-words.ts';
import { tableForest } from './table-forest.ts';
import { tableLinear } from './table-linear.ts';
import { tableNetwork } from './table-network.ts';
import { tableTrees } from './table-trees.ts';
import type { Template } from './template.ts';
import { textBayes } from './text-bayes.ts';
import { textCnn } from './text-cnn.ts';
import { textLinear } from './text-linear.ts';
import { textNetwork } from './text-network.ts';
import { textSimilar } from './text-similar.ts';
import { textTranslation } from './text-translation.ts';

export const templates: readonly Template[] = [
  seriesForecast,
  ratings,
  tableNetwork,
  tableTrees,
  tableForest,
  tableLinear,
  textNetwork,
  textLinear,
  textCnn,
  textBayes,
  textSimilar,
  pictureDetection,
  textTranslation,
  pictureTransfer,
  pictureCnn,
  pictureCnnClassic,
  spokenWords,
  pictureVae,
  pictureDiffusion,
  clusters,
  anomalies,
];

/** Predictions in a few words, for a line of traffic. */
import type { Prediction } from '../../shared/schema/prediction.ts';

export function summarise(predictions: Prediction[]): string {
  const first = predictions[0];
  if (!first) return '';
  const text = inShort(first);
  return predictions.length > 1 ? `${text} +${predictions.length - 1}` : text;
}

function inShort(prediction: Prediction): string {
  if ('image' in prediction) return 'a picture';
  if ('boxes' in prediction)
    return (
      prediction.boxes
        .map(({ label }) => label)
        .join(', ')
        .slice(0, 80) || 'nothing found'
    );
  if ('value' in prediction) return String(Number(prediction.value.toPrecision(6)));
  return ('label' in prediction ? prediction.label : prediction.text).slice(0, 80);
}

/** What a model answers, whatever its task. */
import type { Prediction } from '../../shared/schema/prediction.ts';
import { Shares } from '../ui/bars.tsx';
import { decimal } from '../ui/format.ts';
import { AnswerBoxes } from './answer-boxes.tsx';
import { PictureGrid } from './answer-picture.tsx';
import { AnswerText } from './answer-text.tsx';
import styles from './page.module.css';

export function Answer({
  prediction,
  picture,
  brief,
}: {
  prediction: Prediction;
  /** What was sent, if it was a picture, as a data: URL. */
  picture: string;
  /** Of classes only so many, without a heading. */
  brief?: number;
}) {
  if ('boxes' in prediction) return <AnswerBoxes boxes={prediction.boxes} picture={picture} />;
  if ('text' in prediction) return <AnswerText prediction={prediction} />;
  if ('image' in prediction) return <PictureGrid pictures={[{ seed: 0, image: prediction.image }]} />;
  if ('value' in prediction) {
    return (
      <div className={styles.answer}>
        <strong>{decimal(prediction.value, 5)}</strong>
      </div>
    );
  }
  if (brief) {
    const likeliest = Object.entries(prediction.probabilities).sort(([, a], [, b]) => b - a);
    return <Shares shares={Object.fromEntries(likeliest.slice(0, brief))} />;
  }
  return (
    <div className={styles.form}>
      <div className={styles.answer}>
        <strong>{prediction.label}</strong>
      </div>
      <Shares shares={prediction.probabilities} />
    </div>
  );
}

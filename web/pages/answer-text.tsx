/** An answer that is a text. */
import type { Prediction } from '../../shared/schema/prediction.ts';
import { percent } from '../ui/format.ts';
import styles from './page.module.css';

export function AnswerText({ prediction }: { prediction: Extract<Prediction, { text: string }> }) {
  return (
    <div className={styles.form}>
      <div className={styles.answer}>
        <strong>{prediction.text}</strong>
      </div>
      <p className="muted">Each token was {percent(prediction.score)} probable, on the average.</p>
    </div>
  );
}

/** An answer of boxes: over the picture that was sent, and counted by label. */
import { useState } from 'react';
import type { DetectedBox } from '../../shared/schema/prediction.ts';
import { BoxesOver, BoxLegend, coloursOf } from '../ui/boxes-over.tsx';
import { decimal, plural } from '../ui/format.ts';
import styles from './answer-boxes.module.css';

export function AnswerBoxes({
  boxes,
  picture,
}: {
  boxes: readonly DetectedBox[];
  /** As a data: URL. */
  picture: string;
}) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const colours = coloursOf(boxes.map(({ label }) => label));
  const note = (wanted: string) => {
    const scores = boxes.filter(({ label }) => label === wanted).map(({ score }) => score);
    const [least, most] = [Math.min(...scores), Math.max(...scores)].map((score) => decimal(score, 2));
    return `${scores.length}, sure by ${least === most ? most : `${least} – ${most}`}`;
  };
  return (
    <div className={styles.answer}>
      <div className={styles.frame}>
        <img
          src={picture}
          alt={`What was sent, with ${plural(boxes.length, 'box', 'boxes')}`}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) =>
            setSize({ width, height })
          }
        />
        {size && <BoxesOver {...size} boxes={boxes} colours={colours} named />}
      </div>
      {boxes.length === 0 ? (
        <p className="muted">Nothing was found in it.</p>
      ) : (
        <BoxLegend colours={colours} note={note} />
      )}
    </div>
  );
}

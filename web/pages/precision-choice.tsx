/** The numbers that an endpoint computes in, beside what the model loses in each. */
import { PRECISIONS, type Precision, type PrecisionMetrics } from '../../shared/schema/precision.ts';
import { type Choice, Choices } from '../ui/control.tsx';
import { plural } from '../ui/format.ts';
import { Badge } from '../ui/surface.tsx';
import { headline } from './metrics.ts';

const TEXTS: Readonly<Record<Precision, string>> = {
  float32: 'As it was trained.',
  int16: 'Whole numbers of 16 bits: half the size in memory, and faster; answers differ in the fourth digit.',
  int8: 'Whole numbers of 8 bits: a quarter of the size in memory, and the fastest.',
};

export function PrecisionChoice({
  measured: { rows, metrics },
  value,
  onChange,
}: {
  measured: PrecisionMetrics;
  value: Precision;
  onChange: (value: Precision) => void;
}) {
  const choices = PRECISIONS.map((precision): Choice<Precision> => {
    const measured = headline(metrics[precision]);
    return {
      value: precision,
      title: (
        <>
          {precision} {measured && <Badge>{`${measured.label} ${measured.text}`}</Badge>}
        </>
      ),
      text: TEXTS[precision],
    };
  });
  return (
    <div>
      <p className="muted">Numbers that it computes in, as measured on {plural(rows, 'validation row')}:</p>
      <Choices label="Numbers" value={value} onValueChange={onChange} choices={choices} />
    </div>
  );
}

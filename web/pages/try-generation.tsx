/** New pictures from an endpoint: the same seed gives the same picture, the next ones others. */
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { predict } from '../../shared/api/routes/endpoints.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { Select, TextField } from '../ui/control.tsx';
import { Card, ErrorNote } from '../ui/surface.tsx';
import { PictureGrid } from './answer-picture.tsx';
import styles from './page.module.css';

const COUNTS = ['1', '4', '16', '36'].map((value) => ({
  value,
  label: value === '1' ? 'one picture' : `${value} pictures`,
}));

interface Made {
  seed: number;
  image: string;
}

export function TryGeneration({ endpoint, target }: { endpoint: string; target: string }) {
  const [seed, setSeed] = useState('1');
  const [count, setCount] = useState('16');
  const [fault, setFault] = useState<string>();
  const { mutate, data, error, isPending } = useMutation({
    async mutationFn(first: number): Promise<Made[]> {
      const seeds = Array.from({ length: Number(count) }, (_, i) => first + i);
      const body = { instances: seeds.map((seed) => ({ seed })) };
      const { predictions } = await api().call(predict, { params: { endpoint }, body });
      return predictions.map((prediction, i) => ({
        seed: seeds[i]!,
        image: 'image' in prediction ? prediction.image : '',
      }));
    },
  });

  function make(first: number) {
    setSeed(String(first));
    setFault(undefined);
    mutate(first);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (/^\d{1,9}$/.test(seed.trim())) make(Number(seed));
    else setFault('A whole number of up to nine digits');
  }

  return (
    <div className={styles.split}>
      <Card title="New pictures" hint={target}>
        <div aria-live="polite">
          {error ? (
            <ErrorNote error={error} title="The endpoint refused it" />
          ) : data ? (
            <PictureGrid pictures={data} />
          ) : (
            <p className="muted">Choose a seed and press Make pictures.</p>
          )}
        </div>
      </Card>
      <Card title="Try it" hint="The same seed gives the same picture.">
        <form className={styles.form} onSubmit={submit}>
          <TextField
            label="seed"
            inputMode="numeric"
            value={seed}
            hint="The first; each further picture has the next"
            error={fault}
            onValueChange={setSeed}
          />
          <Select label="how many" value={count} options={COUNTS} onValueChange={setCount} />
          <div className={styles.actions}>
            <Button look="primary" type="submit" busy={isPending}>
              Make pictures
            </Button>
            {data && (
              <Button disabled={isPending} onClick={() => make((data.at(-1)?.seed ?? 0) + 1)}>
                Another
              </Button>
            )}
          </div>
        </form>
      </Card>
    </div>
  );
}

/** Begins a search over all templates that fit, for some minutes. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Telescope } from 'lucide-react';
import { useState } from 'react';
import { createSweep } from '../../shared/api/routes/sweeps.ts';
import type { DatasetVersion } from '../../shared/schema/dataset.ts';
import { api } from '../session.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Card } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './page.module.css';

export function SearchCard(props: { project: string; version: DatasetVersion; target: string }) {
  const { project, version, target } = props;
  const [minutes, setMinutes] = useState('10');
  const cache = useQueryClient();
  const navigate = useNavigate();
  const seconds = 60 * Number(minutes);
  const isTime = Number.isFinite(seconds) && seconds >= 6;
  const begin = useMutation({
    mutationFn: () =>
      api().call(createSweep, {
        params: { project },
        body: {
          name: `${version.name} · ${target}`,
          ...{ datasetVersion: version.id, model: version.name },
          search: { kind: 'templates', target, seconds },
        },
      }),
    onSuccess: async (sweep) => {
      void cache.invalidateQueries({ queryKey: ['sweeps'] });
      await navigate({ to: '/projects/$project/searches/$sweep', params: { project, sweep: sweep.id } });
    },
    onError: (error) => toast.failed(error, 'The search was not begun'),
  });
  return (
    <Card
      title="Or search automatically"
      hint="Runners try the templates that fit, tune the best of them, and keep the best model under the alias “best”."
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (isTime) begin.mutate();
        }}
      >
        <TextField
          label="Minutes of training"
          inputMode="decimal"
          value={minutes}
          onValueChange={setMinutes}
          error={isTime ? undefined : 'expected a number of at least 0.1'}
        />
        <div className={styles.actions}>
          <Button type="submit" busy={begin.isPending} disabled={!isTime}>
            <Telescope size={14} aria-hidden /> Search
          </Button>
          <ButtonLink look="quiet" to="/projects/$project/searches" params={{ project }}>
            Earlier searches
          </ButtonLink>
        </div>
      </form>
    </Card>
  );
}

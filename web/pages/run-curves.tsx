/** The curves of a run, and of those it is compared with. */
import { type UseQueryResult, useQueries } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { CurveBoard } from '../curves/curve-board.tsx';
import { RUN_COLORS, type ShownRun } from '../curves/curve-lines.ts';
import type { RunCurves } from '../curves/run-curves.ts';
import { queries } from '../queries.ts';
import { ErrorNote } from '../ui/surface.tsx';
import { ComparePicker, Comparison, FollowRun, labelsOf } from './run-comparison.tsx';

export function RunCurvesSection({
  project,
  run,
  others,
}: {
  project: string;
  run: Run;
  /** Ids of the runs compared with it. */
  others: readonly string[];
}) {
  const navigate = useNavigate({ from: '/projects/$project/runs/$run' });
  const compare = (runs: readonly string[]) =>
    void navigate({
      search: runs.length > 0 ? { with: runs.join(',') } : {},
      replace: true,
      resetScroll: false,
    });
  const { compared, failed } = useQueries({ queries: others.map((id) => queries.run(id)), combine: foundOf });
  const all = useMemo(() => [run, ...compared], [run, compared]);
  const curves = useQueries({ queries: all.map(({ id }) => queries.runCurves(id)), combine: dataOf });
  const runs = useMemo(() => {
    const labels = labelsOf(all);
    return all.map(
      ({ id }, i): ShownRun => ({
        id,
        name: labels[i]!,
        color: RUN_COLORS[i]!,
        curves: curves[i] ?? new Map(),
      }),
    );
  }, [all, curves]);

  const isEmpty = curves[0]?.size === 0;
  if (isEnded(run.state) && isEmpty && others.length === 0) return null;
  return (
    <>
      {others.map((id) => (
        <FollowRun key={id} run={id} />
      ))}
      {failed && (
        <ErrorNote
          error={failed}
          title="A run to compare with cannot be shown"
          retry={() => compare(compared.map(({ id }) => id))}
        />
      )}
      {compared.length > 0 && (
        <Comparison
          project={project}
          runs={all}
          onRemove={(id) => compare(others.filter((other) => other !== id))}
        />
      )}
      <CurveBoard
        runs={runs}
        waiting={
          isEnded(run.state) ? 'It ended before the first steps.' : 'The curve begins with the first steps.'
        }
        tools={<ComparePicker project={project} run={run.id} chosen={others} onChange={compare} />}
      />
    </>
  );
}

// The same functions at each call, so that the results stay the same ones while nothing has changed.
const foundOf = (results: UseQueryResult<Run>[]) => ({
  compared: results.flatMap(({ data }) => data ?? []),
  failed: results.find(({ error }) => error)?.error ?? null,
});
const dataOf = (results: UseQueryResult<RunCurves>[]) => results.map(({ data }) => data);

/**
 * On the page of a run that learns from rows which nobody else sees: takes the file that has them, says here what does not fit, and begins.
 * A page that was loaded again has the file no more, and asks for it again.
 */
import { useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { usedColumns } from '../../shared/definition/used-columns.ts';
import type { Run } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import type { Inspection } from '../data/inspect.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { attemptsOf } from '../train/backends.ts';
import { startTabTraining, useTabTraining } from '../train/tab-training.ts';
import { tryOwnRows } from '../train/try-rows.ts';
import { Button } from '../ui/button.tsx';
import { plural } from '../ui/format.ts';
import { Card, Note, Skeleton } from '../ui/surface.tsx';
import { FORMATS } from './formats.ts';
import styles from './page.module.css';
import { useBackends } from './place-picker.tsx';
import { ReadFiles } from './read-files.tsx';

/** Whether it waits for its rows, or goes on once it has them again. */
const asksForRows = ({ team, state, reason }: Run): boolean =>
  hasOwnRows(team) &&
  (state === 'queued' || state === 'running' || (state === 'failed' && reason === 'runner_lost'));

export function OwnRows({ project, run, isHere }: { project: string; run: Run; isHere: boolean }) {
  if (isHere || !asksForRows(run)) return null;
  return <OwnRowsCard project={project} run={run} />;
}

function OwnRowsCard({ project, run }: { project: string; run: Run }) {
  const [own, setOwn] = useState<Inspection | null>(null);
  const { data: dataset } = useQuery(queries.datasetVersion(run.datasetVersion));
  const { data: pipeline } = useQuery(queries.pipelineVersion(run.pipelineVersion));
  const backends = useBackends();
  const isBusy = useTabTraining()?.state === 'running';
  const isAgain = run.state !== 'queued';
  return (
    <Card
      title={isAgain ? 'The rows, once more' : 'Rows that stay here'}
      hint={
        isAgain
          ? 'If it trains in another tab, leave it there. If that is gone, choose the file again to go on from here.'
          : 'This worker learns from a file that is read in this tab, and sent nowhere'
      }
    >
      <div className={styles.form}>
        {isBusy && (
          <Note tone="warn" title="Another run trains in this tab">
            Workers learn at the same time: open this page in a tab of its own, or on another machine.
          </Note>
        )}
        {!dataset || !pipeline ? (
          <Skeleton height="8rem" />
        ) : own ? (
          <>
            <p>
              {plural(own.profile.rows, FORMATS[own.format].one)}, and all of them fit the dataset{' '}
              <strong>{dataset.name}</strong>.
            </p>
            <div className={styles.actions}>
              <Button
                look="primary"
                disabled={!backends || isBusy}
                onClick={() => startTabTraining(project, run.id, attemptsOf(backends!), own)}
              >
                <Play size={15} aria-hidden /> Train with these rows
              </Button>
              <Button look="quiet" onClick={() => setOwn(null)}>
                Choose another file
              </Button>
            </div>
          </>
        ) : (
          <ReadFiles
            title="Drop the file with your rows here"
            check={(inspection, signal) => {
              const { baseUrl, token = '' } = api();
              return tryOwnRows({ baseUrl, token, job: { dataset, pipeline }, own: inspection }, signal);
            }}
            onRead={setOwn}
          >
            Of each row it needs {usedColumns(pipeline.spec).join(', ')}, as in the dataset {dataset.name}.
            Other columns may be there too.
          </ReadFiles>
        )}
        <Note title="What leaves this tab">
          The weights of the network at the end of each round, to be averaged with the others’; figures such
          as the loss, the accuracy and the number of rows. Not the rows, nor the file, its name or samples of
          it.
        </Note>
      </div>
    </Card>
  );
}

/** The workers that train one network together: how far each is, and the way to its page. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Team } from '../../shared/schema/averaging.ts';
import type { Run } from '../../shared/schema/run.ts';
import { hasOwnRows } from '../../shared/train/part-in.ts';
import { queries } from '../queries.ts';
import { percent } from '../ui/format.ts';
import { Card, ErrorNote, Skeleton } from '../ui/surface.tsx';
import { CopyLink } from './copy-link.tsx';
import styles from './page.module.css';
import { RunStateBadge } from './run-state.tsx';

export function RunTeam({ project, run, team: place }: { project: string; run: string; team: Team }) {
  const { data: team, error } = useQuery(queries.team(place.lead));
  return (
    <Card title="Workers" hint={describe(place)} flush>
      {error && <ErrorNote error={error} />}
      {!team && !error && <Skeleton height="6rem" />}
      {team && (
        <div className={styles.rows}>
          <table>
            <thead>
              <tr>
                <th>Worker</th>
                <th>State</th>
              </tr>
            </thead>
            <tbody>
              {team.map((member) => (
                <Worker key={member.id} project={project} run={member} isShown={member.id === run} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Worker({ project, run, isShown }: { project: string; run: Run; isShown: boolean }) {
  const { id, team, progress, state } = run;
  const name = team!.rank === 0 ? '1, leads' : String(team!.rank + 1);
  const atWork = state === 'running' ? progress : null;
  const waitsForRows = hasOwnRows(team) && state === 'queued' && !isShown;
  return (
    <tr aria-current={isShown || undefined}>
      <td>
        {isShown ? (
          <>
            <strong>{name}</strong> <span className="faint">this one</span>
          </>
        ) : (
          <Link to="/projects/$project/runs/$run" params={{ project, run: id }} data-row>
            {name}
          </Link>
        )}
      </td>
      <td data-acts={waitsForRows || undefined}>
        <div className={styles.line}>
          <RunStateBadge run={run} />
          {atWork && atWork.totalSteps > 0 && (
            <span className="muted num">{percent(atWork.step / atWork.totalSteps, 0)}</span>
          )}
          {atWork && <span className="muted">{atWork.phase}</span>}
          {waitsForRows && (
            <CopyLink
              link={`${window.location.origin}/projects/${project}/runs/${id}`}
              label="Copy its link"
            />
          )}
        </div>
      </td>
    </tr>
  );
}

function describe({ size, rows, epochsPerRound }: Team): string {
  const often = epochsPerRound === 1 ? 'each epoch' : `every ${epochsPerRound} epochs`;
  const whose =
    rows === 'shards'
      ? 'each from a part of the dataset'
      : 'the first from the dataset, each other from rows that never leave the tab where its link is opened';
  return `${size} learn one network, ${whose}; their weights are averaged ${often}`;
}

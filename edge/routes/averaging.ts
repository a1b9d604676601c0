/** Rounds of trainings that several workers share. */
import * as routes from '../../shared/api/routes/averaging.ts';
import { getAverage, lookAtRound, tellRound } from '../averaging/rounds.ts';
import { type App, serve } from '../contract.ts';
import { listTeam } from '../store/team.ts';
import { bytesResponse, contentLength } from './uploads.ts';

export function serveAveraging(app: App): void {
  serve(app, routes.tellRound, ({ params: { job, round }, query, body }, context) => {
    const { fence, sha256, rows, statistics, loss = null, validationRows = null } = query;
    contentLength(context, routes.MAX_UPDATE_BYTES);
    const answer = { round, rows, statistics, loss, validationRows };
    return tellRound(context, { job, fence }, answer, { body, sha256 });
  });
  serve(app, routes.getRound, ({ params }, context) => lookAtRound(context, params.job));
  serve(app, routes.getAverage, async ({ params }, context) =>
    bytesResponse(await getAverage(context, params.job, params.round)),
  );
  serve(app, routes.listTeam, ({ params }, { db, workspace }) => listTeam(db, workspace, params.run));
}

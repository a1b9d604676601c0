/** One endpoint: try it, call it from code, watch its traffic, make a token for it. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ChevronLeft, KeyRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createToken } from '../../shared/api/routes/projects.ts';
import { faceOf } from '../../shared/inference-graph/endpoint-face.ts';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { TrafficBars } from '../ui/bars.tsx';
import { Button } from '../ui/button.tsx';
import { Code, CodeTabs, CopyButton } from '../ui/code.tsx';
import { Dialog, DialogButtons } from '../ui/dialog.tsx';
import { ago, decimal, plural } from '../ui/format.ts';
import { Badge, Card, ErrorNote, Note, Skeleton } from '../ui/surface.tsx';
import { useLive } from '../use-live.ts';
import { BatchPredictions } from './batch-predictions.tsx';
import { codeSamples } from './code-samples.ts';
import { GraphCard } from './graph-card.tsx';
import styles from './page.module.css';
import { TryEndpoint } from './try-endpoint.tsx';
import { TryGeneration } from './try-generation.tsx';

export function EndpointPage() {
  const { project, endpoint: name } = useParams({ from: '/app/projects/$project/endpoints/$endpoint' });
  const { data, error, refetch } = useQuery(queries.endpoint(name));
  const url = `${location.origin}/v1/endpoints/${name}/predict`;
  const served = data && faceOf(data);

  return (
    <div className={styles.stack}>
      <div className={styles.head}>
        <div>
          <Link to="/projects/$project/endpoints" params={{ project }} className={styles.back}>
            <ChevronLeft size={14} aria-hidden /> Endpoints
          </Link>
          <div className={styles.title}>
            <h1>{name}</h1>
            {data && (
              <Badge tone="good" dot>
                live
              </Badge>
            )}
          </div>
          {data && <p>{serves(data)}</p>}
        </div>
        <NewToken endpoint={name} />
      </div>
      {error && <ErrorNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton height="20rem" />}
      {served && (
        <>
          <Card flush>
            <div className={styles.address}>
              <Badge>POST</Badge>
              <code>{url}</code>
              <CopyButton text={url} label="Copy the address" />
            </div>
          </Card>
          {served.output.task === 'image-generation' ? (
            <TryGeneration key={data.updatedAt} endpoint={name} target={served.output.target} />
          ) : (
            <TryEndpoint key={data.updatedAt} endpoint={name} inputs={served.inputs} output={served.output} />
          )}
          {data.graph && <GraphCard {...{ project, graph: data.graph }} endpoint={name} />}
          <BatchPredictions project={project} endpoint={name} inputs={served.inputs} />
          <TrafficCard endpoint={name} />
          <Card title="Call it from code" hint="With a token for this endpoint alone, or the owner's.">
            <CodeTabs samples={codeSamples(location.origin, name, served.inputs)} />
          </Card>
        </>
      )}
    </div>
  );
}

function serves({ deployments, graph, updatedAt }: Endpoint): string {
  if (graph) return `A graph of ${plural(deployments.length, 'model')} since ${ago(updatedAt)}`;
  const models = deployments.map(({ modelVersion: { name, version }, traffic }) =>
    traffic === 100 ? `${name} v${version}` : `${name} v${version} (${traffic}%)`,
  );
  return `Serves ${models.join(', ')} since ${ago(updatedAt)}`;
}

function TrafficCard({ endpoint }: { endpoint: string }) {
  const { data, error } = useQuery(queries.traffic(endpoint));
  const open = useLive(`endpoint:${endpoint}`, [queries.traffic(endpoint).queryKey]);
  const now = useNow(5000);
  return (
    <Card
      title="Traffic"
      hint="Requests by minute, the last hour"
      actions={
        <Badge tone={open ? 'live' : 'neutral'} dot>
          {open ? 'live' : 'connecting'}
        </Badge>
      }
    >
      {error && <ErrorNote error={error} />}
      {!data && !error && <Skeleton height="9rem" />}
      {data && (
        <div className={styles.form}>
          <TrafficBars buckets={data.buckets} now={now} />
          {data.recent.length === 0 && (
            <Note>No request yet: predict something above, or call it from code.</Note>
          )}
          {data.recent.length > 0 && (
            <div className={styles.rows}>
              <table>
                <thead>
                  <tr>
                    <th>When</th>
                    <th>Status</th>
                    <th>Answer</th>
                    <th data-right>Took</th>
                  </tr>
                </thead>
                <tbody>
                  {data.recent.slice(0, 8).map((sample, i) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: requests may share a millisecond, and have no id
                    <tr key={`${sample.at} ${i}`}>
                      <td className="muted">
                        {new Date(sample.at).toLocaleTimeString('en', { hour12: false })}
                      </td>
                      <td>
                        <Badge tone={sample.status < 400 ? 'good' : 'bad'}>{sample.status}</Badge>
                      </td>
                      <td>{sample.summary}</td>
                      <td data-right className="muted">
                        {decimal(sample.ms, 2)} ms
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
      )}
    </Card>
  );
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

function NewToken({ endpoint }: { endpoint: string }) {
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: () =>
      api().call(createToken, { body: { name: `endpoint ${endpoint}`, scope: 'endpoint', endpoint } }),
  });
  const [open, setOpen] = useState(false);

  function change(next: boolean) {
    setOpen(next);
    if (!next) reset();
  }

  return (
    <>
      <Button onClick={() => change(true)}>
        <KeyRound size={15} aria-hidden /> New token
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        title={data ? 'Copy the token now' : 'A token for this endpoint'}
        text={
          data
            ? 'It is shown this once; only its hash is kept.'
            : `It can ask ${endpoint} for predictions, and nothing else.`
        }
      >
        {data && <Code text={data.secret} label="Copy the token" />}
        {error && <ErrorNote error={error} />}
        <DialogButtons>
          <Button look={data ? 'primary' : 'quiet'} onClick={() => change(false)}>
            {data ? 'Done' : 'Cancel'}
          </Button>
          {!data && (
            <Button look="primary" busy={isPending} onClick={() => mutate()}>
              Make token
            </Button>
          )}
        </DialogButtons>
      </Dialog>
    </>
  );
}

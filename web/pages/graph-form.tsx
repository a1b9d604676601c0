/** A graph of models as JSON, put at a new endpoint or at one that is there. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { putEndpoint } from '../../shared/api/routes/endpoints.ts';
import { messageOf } from '../../shared/errors.ts';
import { parseJson } from '../../shared/parse-json.ts';
import type { Endpoint } from '../../shared/schema/endpoint.ts';
import { Name } from '../../shared/schema/id.ts';
import { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import { queries } from '../queries.ts';
import { api } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { DialogButtons } from '../ui/dialog.tsx';
import { ErrorNote, Note } from '../ui/surface.tsx';
import { toast } from '../ui/toast.tsx';
import styles from './graph.module.css';
import pageStyles from './page.module.css';

export function GraphForm(props: {
  project: string;
  /** Absent: a name is asked for. */
  endpoint?: string;
  text: string;
  onSaved: (endpoint: Endpoint) => void;
  onClose: () => void;
}) {
  const id = useId();
  const [name, setName] = useState(props.endpoint ?? '');
  const [text, setText] = useState(props.text);
  const cache = useQueryClient();
  const { graph, problem } = read(text);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (graph: InferenceGraph) =>
      api().call(putEndpoint, { params: { endpoint: name }, body: { graph, project: props.project } }),
    onSuccess: (endpoint) => {
      cache.setQueryData(queries.endpoint(endpoint.name).queryKey, endpoint);
      for (const key of ['endpoints', 'project', 'projects'])
        void cache.invalidateQueries({ queryKey: [key] });
      toast.done(`${endpoint.name} is live`);
      props.onSaved(endpoint);
    },
  });
  const fault = name === '' ? undefined : Name.safeParse(name).error?.issues[0]?.message;
  return (
    <form
      className={pageStyles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (graph) mutate(graph);
      }}
    >
      {props.endpoint === undefined && (
        <TextField label="Endpoint name" value={name} onValueChange={setName} error={fault} />
      )}
      <label htmlFor={id} className="hidden">
        Graph as JSON
      </label>
      <textarea
        id={id}
        className={styles.text}
        spellCheck={false}
        rows={Math.min(22, text.split('\n').length + 1)}
        value={text}
        aria-invalid={problem !== null}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {problem !== null && (
        <Note tone="warn" title="This is no graph yet">
          {problem}
        </Note>
      )}
      {error && <ErrorNote error={error} title="The graph cannot work like this" />}
      <DialogButtons>
        <Button look="quiet" onClick={props.onClose}>
          Cancel
        </Button>
        <Button
          look="primary"
          type="submit"
          busy={isPending}
          disabled={!graph || name === '' || fault !== undefined}
        >
          {props.endpoint === undefined ? 'Publish' : 'Save'}
        </Button>
      </DialogButtons>
    </form>
  );
}

function read(text: string): { graph: InferenceGraph; problem: null } | { graph: null; problem: string } {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return { graph: null, problem: messageOf(error) };
  }
  const { data, error } = InferenceGraph.safeParse(value);
  if (data) return { graph: data, problem: null };
  const { path, message } = error.issues[0]!;
  return { graph: null, problem: `${path.join('.') || 'the graph'}: ${message}` };
}

/** The graph of models that an endpoint is: its picture with the traffic of each step, and a way to change it. */
import { useQuery } from '@tanstack/react-query';
import { Workflow } from 'lucide-react';
import { useState } from 'react';
import type { InferenceGraph } from '../../shared/schema/inference-graph.ts';
import { queries } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Card } from '../ui/surface.tsx';
import { GraphForm } from './graph-form.tsx';
import { GraphPicture } from './graph-picture.tsx';

export function GraphCard(props: { project: string; endpoint: string; graph: InferenceGraph }) {
  const { project, endpoint, graph } = props;
  const { data } = useQuery(queries.traffic(endpoint));
  const [open, setOpen] = useState(false);
  return (
    <Card
      title="Graph"
      hint="The way of a request, and the rows that each model answered"
      actions={<Button onClick={() => setOpen(true)}>Edit graph</Button>}
    >
      <GraphPicture graph={graph} totals={data?.steps ?? []} />
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Edit the graph"
        text="Steps name a model with its version or alias, or another node. It answers so within moments."
      >
        <GraphForm
          {...{ project, endpoint }}
          text={JSON.stringify(graph, null, 2)}
          onSaved={() => setOpen(false)}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </Card>
  );
}

/** Makes an endpoint of a graph; `models`: those that an example can be made of. */
export function NewGraphButton(props: {
  project: string;
  models: readonly string[];
  onMade: (endpoint: string) => void;
}) {
  const [open, setOpen] = useState(false);
  const [first = 'model-a', second = first] = props.models;
  const steps = [
    { name: 'first', model: first },
    { name: 'second', model: second },
  ];
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Workflow size={15} aria-hidden /> New graph
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Several models as one endpoint"
        text="A sequence hands answers on, a switch goes by a condition, a splitter by chance, and an ensemble combines."
      >
        <GraphForm
          project={props.project}
          text={JSON.stringify({ nodes: { root: { type: 'ensemble', steps } } }, null, 2)}
          onSaved={({ name }) => props.onMade(name)}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </>
  );
}

/** Where a run trains: this tab, by the best engine or by one that is asked for, this tab with others, or the runners of the fleet. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Runner } from '../../shared/schema/run.ts';
import { queries } from '../queries.ts';
import {
  attemptsOf,
  BACKEND_NAMES,
  type Backend,
  type BackendReport,
  detectBackends,
} from '../train/backends.ts';
import { type Choice, Choices } from '../ui/control.tsx';
import { ago } from '../ui/format.ts';
import { Badge } from '../ui/surface.tsx';

export type PlaceChoice = 'automatic' | Backend | 'tabs' | 'runner';

/** A runner that was quiet for longer than this does not count as there. */
const RUNNER_QUIET_MS = 60_000;

export function useBackends(): BackendReport[] | null {
  const [reports, setReports] = useState<BackendReport[] | null>(null);
  useEffect(() => {
    void detectBackends().then(setReports);
  }, []);
  return reports;
}

export function PlacePicker(props: {
  value: PlaceChoice;
  onValueChange: (value: PlaceChoice) => void;
  backends: BackendReport[] | null;
  /** Why several cannot train it together; null: they can. */
  refusal: string | null;
}) {
  const { data: runners } = useQuery(queries.runners());
  const fast = props.backends ? attemptsOf(props.backends)[0]! : [];
  const awake =
    runners?.filter(({ lastSeenAt }) => Date.now() - Date.parse(lastSeenAt) < RUNNER_QUIET_MS) ?? [];

  const choices: Choice<PlaceChoice>[] = [
    {
      value: 'automatic',
      title: (
        <>
          This tab, automatic{' '}
          <Badge tone="live">{fast.map((one) => BACKEND_NAMES[one]).join(' or ') || 'looking…'}</Badge>
        </>
      ),
      text: 'The data stays on this machine. The engine that is fastest for the model trains; if it fails, another goes on.',
    },
    ...(props.backends ?? []).map(({ backend, usable, detail }) => ({
      value: backend,
      title: `This tab, ${BACKEND_NAMES[backend]}`,
      text: usable ? detail : `Not here: ${detail}`,
      disabled: !usable,
    })),
    {
      value: 'tabs',
      title: 'Several tabs, each with rows of its own',
      text:
        props.refusal ??
        'Others open the run where their rows are, which never leave their tabs: what is shared is the weights, averaged in rounds.',
      disabled: props.refusal !== null,
    },
    { value: 'runner', title: <>A runner {fleetBadge(awake)}</>, text: describeFleet(awake, runners?.[0]) },
  ];
  return (
    <Choices
      label="Where to train"
      value={props.value}
      onValueChange={props.onValueChange}
      choices={choices}
    />
  );
}

function fleetBadge(awake: readonly Runner[]) {
  if (awake.length === 0) return <Badge tone="warn">none is there</Badge>;
  const free = awake.filter(({ runs, capabilities }) => runs.length < (capabilities?.slots ?? 1)).length;
  return <Badge tone="good">{free > 0 ? `${free} free` : 'all busy'}</Badge>;
}

function describeFleet(awake: readonly Runner[], last: Runner | undefined): string {
  if (awake.length > 0) return awake.map(({ name, device }) => `${name}: ${device}`).join('; ');
  const seen = last ? ` The last one, ${last.name}, was seen ${ago(last.lastSeenAt)}.` : '';
  return `The run would wait until one starts: npx trainyard runner start.${seen}`;
}

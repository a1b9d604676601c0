/** A run's state as a badge. */
import type { Run, RunState } from '../../shared/schema/run.ts';
import { Badge, type Tone } from '../ui/surface.tsx';

const TONES: Record<RunState, Tone> = {
  queued: 'neutral',
  running: 'live',
  succeeded: 'good',
  failed: 'bad',
  stopped: 'warn',
};

export function RunStateBadge({ run }: { run: Pick<Run, 'state' | 'stopRequested'> }) {
  const stopping = run.state === 'running' && run.stopRequested;
  return (
    <Badge tone={TONES[run.state]} dot>
      {stopping ? 'stopping' : run.state}
    </Badge>
  );
}

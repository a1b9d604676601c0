/** Which topics an event belongs to. */
import type { LiveEvent } from '../../shared/schema/live.ts';

export function topicsOf(event: LiveEvent): string[] {
  switch (event.type) {
    case 'run':
      return ['runs', `run:${event.run.id}`];
    case 'metrics':
    case 'snapshot':
    case 'log':
      return [`run:${event.run}`];
    case 'job-waiting':
      return ['jobs'];
    case 'traffic':
      return [`endpoint:${event.endpoint}`];
  }
}

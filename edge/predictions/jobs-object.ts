/**
 * Durable Object, one for each endpoint: works off what it shall predict later, by its alarm, and tells callbacks. It only wakes; what there is
 * to do, and who may do it, the database says.
 */
import { DurableObject } from 'cloudflare:workers';
import { messageOf } from '../../shared/errors.ts';
import type { Env } from '../env.ts';
import { logLine } from '../log.ts';
import type { Place } from '../store/prediction-jobs.ts';

/** It looks again after this where the database did not answer, or where it died on the way. */
const RETRY_MS = 5000;
const KEY = 'place';

export class PredictionJobs extends DurableObject<Env> {
  /** The soonest that was asked for since the alarm rang. */
  asked = Number.POSITIVE_INFINITY;

  /** Sees to it that the alarm rings then (milliseconds since 1970), or before. */
  async wake(place: Place, at: number): Promise<void> {
    this.ctx.storage.kv.put(KEY, place);
    this.asked = Math.min(this.asked, at);
    const set = await this.ctx.storage.getAlarm();
    if (set === null || set > at) await this.ctx.storage.setAlarm(at);
  }

  override async alarm(): Promise<void> {
    const place = this.ctx.storage.kv.get<Place>(KEY);
    if (!place) return;
    this.asked = Number.POSITIVE_INFINITY;
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    try {
      const { connect } = await import('../connect.ts');
      const { deliver, soonest, workOff } = await import('./work-off.ts');
      const services = connect(this.env, this.ctx);
      await workOff(services, place);
      // not waited for: who is called may be slow
      this.ctx.waitUntil(deliver(services, place, (at) => this.wake(place, at)));
      const next = Math.min(await soonest(services, place), this.asked);
      if (Number.isFinite(next)) await this.ctx.storage.setAlarm(next);
      else await this.ctx.storage.deleteAlarm();
    } catch (error) {
      logLine({ level: 'error', endpoint: place.endpoint, error: messageOf(error) });
    }
  }
}

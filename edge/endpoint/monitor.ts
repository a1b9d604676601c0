/** Durable Object, one for each endpoint: counts its requests. In memory, and in storage so that it survives eviction. */
import { DurableObject } from 'cloudflare:workers';
import { addTraffic, lastHour, NO_TRAFFIC } from '../../shared/endpoint-traffic.ts';
import type { Traffic } from '../../shared/schema/endpoint.ts';

const KEY = 'traffic';

export class EndpointMonitor extends DurableObject {
  #traffic: Traffic | undefined;

  record(more: Traffic): void {
    this.#traffic = lastHour(addTraffic(this.#read(), more), Date.now());
    this.ctx.storage.kv.put(KEY, this.#traffic);
  }

  read(): Traffic {
    return lastHour(this.#read(), Date.now());
  }

  async forget(): Promise<void> {
    this.#traffic = undefined;
    await this.ctx.storage.deleteAll();
  }

  #read(): Traffic {
    this.#traffic ??= { ...NO_TRAFFIC, ...this.ctx.storage.kv.get<Traffic>(KEY) };
    return this.#traffic;
  }
}

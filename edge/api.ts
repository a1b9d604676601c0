/** All of the API with its bindings: loaded by the first request that is no plain prediction. */
import { createApp } from './app.ts';
import { connect } from './connect.ts';

export const api = createApp(connect);

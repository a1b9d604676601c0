/** Builds the page into web/dist; in development the API comes from a running Trainyard (TRAINYARD_URL). */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.TRAINYARD_URL ?? 'http://127.0.0.1:8787';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: { target: 'es2023', assetsInlineLimit: 0, chunkSizeWarningLimit: 2500 },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: server, ws: true }, '/v2': server, '/openapi.json': server } },
});

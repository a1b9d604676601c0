/** `npm run migrations`: writes the next numbered SQL file from what changed in schema/. Works offline. */
import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: './edge/store/schema/*.ts',
  out: './edge/store/migrations',
});

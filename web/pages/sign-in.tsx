/** Asks for a token when the page has none; the link that `npm start` prints brings one by itself. */
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { createClient } from '../../shared/api/client.ts';
import { getSession } from '../../shared/api/routes/projects.ts';
import { AppError, messageOf } from '../../shared/errors.ts';
import { signIn } from '../session.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/control.tsx';
import { Logo } from '../ui/logo.tsx';
import styles from './page.module.css';

export function SignInPage() {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const navigate = useNavigate();
  const cache = useQueryClient();

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      const session = await createClient({ baseUrl: location.origin, token: token.trim() }).call(
        getSession,
        {},
      );
      if (session.scope !== 'owner')
        throw new AppError(
          'forbidden',
          `This is a token for scope "${session.scope}"; the page needs the owner's.`,
        );
      signIn(token.trim());
      cache.clear();
      await navigate({ to: '/' });
    } catch (failure) {
      const refused = failure instanceof AppError && failure.code === 'unauthorized';
      setError(refused ? 'No workspace opens with this token. Copy it again, whole.' : messageOf(failure));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={styles.sign}>
      <form className={styles.signBox} onSubmit={(event) => void submit(event)}>
        <Logo size={40} />
        <div>
          <h1>Sign in to Trainyard</h1>
          <p>
            Open the link that <code>npm start</code> printed, or paste the owner token: it is in{' '}
            <code>owner.token</code> in Trainyard's data folder.
          </p>
        </div>
        <TextField
          label="Owner token"
          type="password"
          autoComplete="current-password"
          autoFocus
          spellCheck={false}
          value={token}
          onValueChange={setToken}
          error={error}
        />
        <Button look="primary" large type="submit" busy={busy} disabled={token.trim() === ''}>
          Sign in
        </Button>
      </form>
    </main>
  );
}

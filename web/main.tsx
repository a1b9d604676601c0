/** Starts the page. */
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AppError } from '../shared/errors.ts';
import { shouldRetry } from './queries.ts';
import { router } from './router.tsx';
import { signOut, takeTokenFromAddress } from './session.ts';
import { followLending } from './train/lend-tab.ts';
import { followTabTraining } from './train/tab-training.ts';
import { Toasts } from './ui/toast.tsx';
import './ui/theme.css';

takeTokenFromAddress();
// A sign-in link opened in a tab that already shows the app changes nothing but the fragment.
addEventListener('hashchange', () => {
  if (takeTokenFromAddress()) location.replace('/');
});

const cache = new QueryClient({
  defaultOptions: { queries: { retry: shouldRetry, staleTime: 5000 } },
  queryCache: new QueryCache({
    onError(error) {
      // A token that no longer opens anything: ask for another.
      if (!(error instanceof AppError) || error.code !== 'unauthorized') return;
      signOut();
      cache.clear();
      void router.navigate({ to: '/sign-in' });
    },
  }),
});
followTabTraining(cache);
followLending(cache);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={cache}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);

/** Every address of the app and the page it shows. Pages load on demand. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
  redirect,
  useRouter,
} from '@tanstack/react-router';
import { AppFrame } from './pages/app-frame.tsx';
import { ProjectFrame } from './pages/project-frame.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { storedToken } from './session.ts';
import { ButtonLink } from './ui/button.tsx';
import { ErrorNote, Note } from './ui/surface.tsx';

const root = createRootRoute({ component: Outlet });

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: SignInPage });

const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: AppFrame,
  beforeLoad: () => {
    if (!storedToken()) throw redirect({ to: '/sign-in', replace: true });
  },
});

const projects = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/projects.tsx'), 'ProjectsPage'),
});

const queue = createRoute({
  getParentRoute: () => app,
  path: '/queue',
  component: lazyRouteComponent(() => import('./pages/queue.tsx'), 'QueuePage'),
});
const fleet = createRoute({
  getParentRoute: () => app,
  path: '/fleet',
  component: lazyRouteComponent(() => import('./pages/fleet.tsx'), 'FleetPage'),
});

const project = createRoute({
  getParentRoute: () => app,
  path: '/projects/$project',
  component: ProjectFrame,
});

const projectIndex = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({
      to: '/projects/$project/datasets',
      params: { project: (params as { project: string }).project },
      replace: true,
    });
  },
});
const datasets = createRoute({
  getParentRoute: () => project,
  path: '/datasets',
  component: lazyRouteComponent(() => import('./pages/datasets.tsx'), 'DatasetsPage'),
});
const dataset = createRoute({
  getParentRoute: () => project,
  path: '/datasets/$dataset',
  validateSearch: (search: Record<string, unknown>): { target?: string } =>
    typeof search.target === 'string' ? { target: search.target } : {},
  component: lazyRouteComponent(() => import('./pages/dataset.tsx'), 'DatasetPage'),
});
const train = createRoute({
  getParentRoute: () => project,
  path: '/datasets/$dataset/train',
  validateSearch: definitionSearch,
  component: lazyRouteComponent(() => import('./pages/train.tsx'), 'TrainPage'),
});
const compose = createRoute({
  getParentRoute: () => project,
  path: '/datasets/$dataset/compose',
  validateSearch: definitionSearch,
  component: lazyRouteComponent(() => import('./pages/compose.tsx'), 'ComposePage'),
});
const runs = createRoute({
  getParentRoute: () => project,
  path: '/runs',
  component: lazyRouteComponent(() => import('./pages/runs.tsx'), 'RunsPage'),
});
const run = createRoute({
  getParentRoute: () => project,
  path: '/runs/$run',
  // the runs it is compared with
  validateSearch: (search: Record<string, unknown>): { with?: string } =>
    typeof search.with === 'string' ? { with: search.with } : {},
  component: lazyRouteComponent(() => import('./pages/run.tsx'), 'RunPage'),
});
const searches = createRoute({
  getParentRoute: () => project,
  path: '/searches',
  component: lazyRouteComponent(() => import('./pages/sweeps.tsx'), 'SweepsPage'),
});
const search = createRoute({
  getParentRoute: () => project,
  path: '/searches/$sweep',
  component: lazyRouteComponent(() => import('./pages/sweep.tsx'), 'SweepPage'),
});
const models = createRoute({
  getParentRoute: () => project,
  path: '/models',
  component: lazyRouteComponent(() => import('./pages/models.tsx'), 'ModelsPage'),
});
const model = createRoute({
  getParentRoute: () => project,
  path: '/models/$model',
  component: lazyRouteComponent(() => import('./pages/model.tsx'), 'ModelPage'),
});
const endpoints = createRoute({
  getParentRoute: () => project,
  path: '/endpoints',
  component: lazyRouteComponent(() => import('./pages/endpoints.tsx'), 'EndpointsPage'),
});
const endpoint = createRoute({
  getParentRoute: () => project,
  path: '/endpoints/$endpoint',
  component: lazyRouteComponent(() => import('./pages/endpoint.tsx'), 'EndpointPage'),
});

const routeTree = root.addChildren([
  signIn,
  app.addChildren([
    projects,
    queue,
    fleet,
    project.addChildren([
      projectIndex,
      datasets,
      dataset,
      train,
      compose,
      runs,
      run,
      searches,
      search,
      models,
      model,
      endpoints,
      endpoint,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageNotFound,
});

function definitionSearch({ target, definition }: Record<string, unknown>): {
  target?: string;
  definition?: string;
} {
  return {
    ...(typeof target === 'string' && { target }),
    ...(typeof definition === 'string' && { definition }),
  };
}

function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main style={{ maxWidth: '40rem', margin: '4rem auto', padding: '0 1rem' }}>
      <ErrorNote error={error} retry={() => void router.invalidate()} />
    </main>
  );
}

function PageNotFound() {
  return (
    <main style={{ maxWidth: '40rem', margin: '4rem auto', padding: '0 1rem' }}>
      <Note title="There is no such page" action={<ButtonLink to="/">Go to your projects</ButtonLink>}>
        The address may be mistyped, or what it showed was deleted.
      </Note>
    </main>
  );
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

/** What surrounds every page: the bar with where one is, the run that trains in this tab, theme and sign-out. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { signOut } from '../session.ts';
import { useTabProgress, useTabTraining } from '../train/tab-training.ts';
import { IconButton } from '../ui/button.tsx';
import { percent } from '../ui/format.ts';
import { Logo } from '../ui/logo.tsx';
import { ThemeSwitch } from '../ui/theme-switch.tsx';
import styles from './frame.module.css';

export function AppFrame() {
  const { project } = useParams({ strict: false });
  const navigate = useNavigate();
  const cache = useQueryClient();

  function leave() {
    signOut();
    cache.clear();
    void navigate({ to: '/sign-in' });
  }

  return (
    <>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <header className={styles.bar}>
        <div className={styles.barInner}>
          <Link to="/" className={styles.brand} aria-label="Trainyard: all projects">
            <Logo />
            <span>Trainyard</span>
          </Link>
          {project && (
            <nav className={styles.crumbs} aria-label="Where you are">
              <span aria-hidden>/</span>
              <Link to="/projects/$project/datasets" params={{ project }}>
                {project}
              </Link>
            </nav>
          )}
          <div className={styles.right}>
            <TrainingChip />
            <nav className={styles.links} aria-label="All projects">
              <Link to="/queue">Queue</Link>
              <Link to="/fleet">Fleet</Link>
            </nav>
            <ThemeSwitch />
            <IconButton label="Sign out" onClick={leave}>
              <LogOut size={16} aria-hidden />
            </IconButton>
          </div>
        </div>
      </header>
      <main id="main" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function TrainingChip() {
  const training = useTabTraining();
  const progress = useTabProgress();
  if (training?.state !== 'running') return null;
  const { project, run } = training;
  const share = progress && progress.totalSteps > 0 ? percent(progress.step / progress.totalSteps, 0) : '';
  return (
    <Link to="/projects/$project/runs/$run" params={{ project, run }} className={styles.chip}>
      <i aria-hidden /> Training {share}
    </Link>
  );
}

/** Where this tab can be lent to the queue, as a runner. */
import { lendTab, stopLending, useLending } from '../train/lend-tab.ts';
import { Button } from '../ui/button.tsx';
import { Badge, Card, Note } from '../ui/surface.tsx';
import styles from './page.module.css';
import { WorkedRun } from './worked-run.tsx';

export function LendTabCard() {
  const lending = useLending();
  return (
    <Card
      title="This tab"
      hint="While it is open it can take small jobs of the queue, such as trials of a search, as a runner does"
      actions={
        lending ? (
          <Button onClick={stopLending}>Stop lending</Button>
        ) : (
          <Button look="primary" onClick={lendTab}>
            Lend this tab
          </Button>
        )
      }
    >
      <div className={styles.form}>
        {!lending && (
          <p className="muted">
            The data of a job that it takes is read here. Closing the tab loses nothing: its job goes back to
            the queue, and on from what it has learnt.
          </p>
        )}
        {lending?.problem && <Note tone="warn">{lending.problem}</Note>}
        {lending && !lending.problem && !lending.run && (
          <p>
            <Badge tone="good" dot>
              lent
            </Badge>{' '}
            <span className="muted">waits for a job that it can do</span>
          </p>
        )}
        {lending?.run && <WorkedRun {...lending.run} />}
      </div>
    </Card>
  );
}

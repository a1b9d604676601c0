/** What a run's training process and its runner said, attempt by attempt, as it comes; searched, copied, taken away. */
import { useQuery } from '@tanstack/react-query';
import { ArrowDownToLine, Download } from 'lucide-react';
import { memo, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { isEnded, type Run } from '../../shared/schema/run.ts';
import { type LogPart, logText, partsOf, type RunLine } from '../log-lines.ts';
import { queries } from '../queries.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/code.tsx';
import { SearchField } from '../ui/control.tsx';
import { offerDownload } from '../ui/download.ts';
import { plural } from '../ui/format.ts';
import { Card, ErrorNote } from '../ui/surface.tsx';
import styles from './run-log.module.css';

/** Lines that are laid out together once they come into sight. */
const BLOCK = 200;

export function RunLog({ run }: { run: Run }) {
  const { data, error, refetch } = useQuery(queries.runLog(run.id));
  const [words, setWords] = useState('');
  const parts = useMemo(() => partsOf(data ?? [], words), [data, words]);
  if (error) return <ErrorNote error={error} title="The log was not read" retry={() => void refetch()} />;
  if (!data?.length) return null;
  const found = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  return (
    <Card
      title="Log"
      hint={words ? `${plural(found, 'line')} of ${data.length}` : plural(data.length, 'line')}
      actions={
        <div className={styles.tools}>
          <SearchField label="Search the log" value={words} onValueChange={setWords} />
          <CopyButton text={logText(parts)} label="Copy the log" />
          <IconButton
            label="Download the log"
            onClick={() => offerDownload(`${run.id}.log`, new Blob([logText(parts)]))}
          >
            <Download size={15} aria-hidden />
          </IconButton>
        </div>
      }
      flush
    >
      <Lines parts={parts} isGrowing={!isEnded(run.state)} />
    </Card>
  );
}

/** Follows the end, until somebody scrolls up. */
function Lines({ parts, isGrowing }: { parts: readonly LogPart[]; isGrowing: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const [follows, setFollows] = useState(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it scrolls when lines have come
  useLayoutEffect(() => {
    if (follows && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [parts, follows]);

  function look({ scrollTop, clientHeight, scrollHeight }: HTMLDivElement) {
    setFollows(scrollTop + clientHeight >= scrollHeight - 24);
  }

  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard */}
      <div ref={box} className={styles.box} tabIndex={0} onScroll={(event) => look(event.currentTarget)}>
        {parts.length === 0 && <p className="muted">No line has this.</p>}
        {parts.map(({ attempt, lines }) => (
          <section key={attempt} aria-label={`Attempt ${attempt}`}>
            <h3>Attempt {attempt}</h3>
            {blocksOf(lines).map((block) => (
              <Block key={block[0]!.line} lines={block} />
            ))}
          </section>
        ))}
      </div>
      {!follows && (
        <div className={styles.follow}>
          <Button onClick={() => setFollows(true)}>
            <ArrowDownToLine size={14} aria-hidden /> {isGrowing ? 'Follow the end' : 'To the end'}
          </Button>
        </div>
      )}
    </div>
  );
}

const blocksOf = (lines: readonly RunLine[]): RunLine[][] =>
  Array.from({ length: Math.ceil(lines.length / BLOCK) }, (_, i) => lines.slice(i * BLOCK, (i + 1) * BLOCK));

/** Full ones stay as they are while the log grows. */
const Block = memo(
  function Block({ lines }: { lines: readonly RunLine[] }) {
    return (
      <ol className={styles.block} style={{ containIntrinsicHeight: `auto ${lines.length * 1.25}rem` }}>
        {lines.map(({ line, at, level, text }) => (
          <li key={line} data-level={level}>
            <time dateTime={at}>{new Date(at).toLocaleTimeString('en', { hour12: false })}</time> {text}
          </li>
        ))}
      </ol>
    );
  },
  (before, after) =>
    before.lines.length === after.lines.length && before.lines.every((line, i) => line === after.lines[i]),
);

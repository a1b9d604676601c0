/** All charts of a run, or of several together: they share their part of the x axis, the pointer, and how they are drawn. */
import { ZoomIn, ZoomOut } from 'lucide-react';
import { memo, type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { type CurveName, METRICS, type MetricName, SIGNALS, traitsOf } from '../../shared/schema/metric.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Select } from '../ui/control.tsx';
import surface from '../ui/surface.module.css';
import { Card } from '../ui/surface.tsx';
import { CurveChart, ZOOM_STEP } from './curve-chart.tsx';
import { chartsOf, linesOf, type ShownRun, wholeOf } from './curve-lines.ts';
import { type CurveSettings, useCurveSettings } from './curve-settings.ts';
import styles from './curves.module.css';
import type { Smoothed } from './smooth.ts';
import { type Range, zoomed } from './x-range.ts';

const SMALL = 120; // px

export function CurveBoard({
  runs,
  waiting,
  tools,
}: {
  runs: readonly ShownRun[];
  /** Said in a chart without points. */
  waiting: string;
  /** Beside the tools for how curves are drawn. */
  tools?: ReactNode;
}) {
  const [settings, change] = useCurveSettings();
  const [zoom, setZoom] = useState<Range | null>(null);
  const { metrics, signals } = chartsOf(runs);
  const whole = wholeOf(runs, settings.x);
  const unzoom = useCallback(() => setZoom(null), []);
  const shared = { runs, settings, waiting, range: zoom ?? whole, whole, onRange: setZoom };
  return (
    <>
      <div className={styles.toolbar}>
        <div>
          <Drawing settings={settings} onChange={change} onAxis={unzoom} />
          <Zoom range={zoom} whole={whole} onRange={setZoom} />
        </div>
        {tools}
      </div>
      <div className={styles.charts}>
        {metrics.map((name) => (
          <MetricCard
            key={name}
            name={name}
            {...shared}
            onLog={(log) =>
              change({ log: log ? [...settings.log, name] : settings.log.filter((one) => one !== name) })
            }
          />
        ))}
      </div>
      {signals.length > 0 && (
        <details
          className={`${surface.card} ${styles.signals}`}
          open={settings.signalsOpen}
          onToggle={(event) => change({ signalsOpen: event.currentTarget.open })}
        >
          <summary>
            Signals <small>How the training itself goes</small>
          </summary>
          {settings.signalsOpen && (
            <div className={styles.smallCharts}>
              {signals.map((name) => (
                <div key={name}>
                  <h3>{SIGNALS[name].title}</h3>
                  <Chart name={name} title={SIGNALS[name].title} {...shared} height={SMALL} />
                </div>
              ))}
            </div>
          )}
        </details>
      )}
    </>
  );
}

interface Shared {
  runs: readonly ShownRun[];
  settings: CurveSettings;
  waiting: string;
  range: Range;
  whole: Range;
  onRange: (range: Range | null) => void;
}

function MetricCard({
  name,
  onLog,
  ...shared
}: Shared & { name: MetricName; onLog: (log: boolean) => void }) {
  const { title } = METRICS[name];
  const { isShare } = traitsOf(name);
  const isLog = shared.settings.log.includes(name);
  return (
    <Card
      title={title}
      actions={
        !isShare && (
          <Button
            look="quiet"
            aria-label={`${title}: logarithmic axis`}
            aria-pressed={isLog}
            onClick={() => onLog(!isLog)}
          >
            {isLog ? 'Logarithmic' : 'Linear'}
          </Button>
        )
      }
    >
      <Chart name={name} title={title} {...shared} log={!isShare && isLog} isShare={isShare} />
    </Card>
  );
}

function Chart({
  name,
  title,
  runs,
  settings: { x, smoothing },
  ...rest
}: Shared & {
  name: CurveName;
  title: string;
  log?: boolean;
  isShare?: boolean | undefined;
  height?: number;
}) {
  const smoothed = useRef(new Map<string, Smoothed>());
  const lines = useMemo(
    () => linesOf(name, runs, { x, smoothing }, smoothed.current),
    [name, runs, x, smoothing],
  );
  return <CurveChart title={title} xLabel={x} lines={lines} {...rest} />;
}

/** How curves are drawn. Not rendered anew for every point, as the charts are. */
const Drawing = memo(function Drawing({
  settings: { smoothing, x },
  onChange,
  onAxis,
}: {
  settings: CurveSettings;
  onChange: (part: Partial<CurveSettings>) => void;
  onAxis: () => void;
}) {
  return (
    <>
      <Smoothing value={smoothing} onChange={(smoothing) => onChange({ smoothing })} />
      <div className={styles.axis}>
        <Select
          label="Horizontal axis"
          hideLabel
          options={[
            { value: 'epoch', label: 'Epochs' },
            { value: 'step', label: 'Steps' },
          ]}
          value={x}
          onValueChange={(x) => {
            onAxis();
            onChange({ x });
          }}
        />
      </div>
    </>
  );
});

function Smoothing({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  return (
    <label className={styles.slider}>
      Smoothing
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={value}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <output>{value === 0 ? 'off' : value.toFixed(2)}</output>
    </label>
  );
}

function Zoom(props: { range: Range | null; whole: Range; onRange: (range: Range | null) => void }) {
  const { range, whole, onRange } = props;
  return (
    <div className={styles.zoom}>
      <IconButton
        label="Zoom in: drag over a chart, or press + in it"
        onClick={() => onRange(zoomed(range ?? whole, whole, ZOOM_STEP))}
      >
        <ZoomIn size={16} aria-hidden />
      </IconButton>
      <IconButton
        label="Zoom out: press - in a chart"
        disabled={!range}
        onClick={() => onRange(zoomed(range ?? whole, whole, 1 / ZOOM_STEP))}
      >
        <ZoomOut size={16} aria-hidden />
      </IconButton>
      {range && (
        <Button look="quiet" onClick={() => onRange(null)}>
          Show all
        </Button>
      )}
    </div>
  );
}

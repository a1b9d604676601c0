/** Why it was answered so: what each input added, which words and which parts of a picture did. */
import type { Explanation } from '../../shared/schema/explanation.ts';
import { decimal, percent } from '../ui/format.ts';
import styles from './explained.module.css';
import pageStyles from './page.module.css';

const SHOWN = 12;

export function Explained({
  explanation,
  texts,
  picture,
}: {
  explanation: Explanation;
  /** What was sent, by field. */
  texts: Readonly<Record<string, unknown>>;
  /** What was sent, if it was a picture, as a data: URL. */
  picture: string;
}) {
  const { class: name, base, value, features, words = {}, parts = {}, method } = explanation;
  const told = (number: number) => (name === undefined ? decimal(number, 4) : percent(number));
  const fields = Object.entries(features).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const most = greatest(
    fields.map(([, effect]) => effect),
    name,
  );
  const comparedWith = fields.length > 1 ? 'of a typical row' : 'without anything in it';
  return (
    <section className={pageStyles.form} aria-label="Explanation">
      <p className="muted">
        {name === undefined ? 'The value' : `The probability of “${name}”`} is {told(value)}; {comparedWith}{' '}
        it is {told(base)}.
        {fields.length > 1 && ` What each input adds${method === 'sampled' ? ', about' : ''}:`}
      </p>
      {fields.length > 1 && (
        <ul className={styles.effects}>
          {fields.slice(0, SHOWN).map(([field, effect]) => (
            <li key={field} className={styles.effect}>
              <span>{field}</span>
              <span>{signed(effect, told)}</span>
              <div>
                <Bar share={effect / most} />
              </div>
            </li>
          ))}
          {fields.length > SHOWN && <li className="faint">and {fields.length - SHOWN} that add less</li>}
        </ul>
      )}
      {(Object.keys(words).length > 0 || Object.keys(parts).length > 0) && (
        <p className="muted">
          What is orange speaks for it: without that it would be less. What is blue speaks against it.
        </p>
      )}
      {Object.entries(words).map(([field, spans]) => (
        <Words
          key={field}
          text={String(texts[field] ?? '')}
          spans={spans}
          most={greatest(
            spans.map(({ effect }) => effect),
            name,
          )}
          told={told}
        />
      ))}
      {Object.entries(parts).map(([field, grid]) => (
        <Parts key={field} grid={grid} most={greatest(grid.flat(), name)} picture={picture} />
      ))}
    </section>
  );
}

/** A class that nothing changes by a hundredth shows short bars. */
const greatest = (effects: readonly number[], name: string | undefined): number =>
  Math.max(...effects.map(Math.abs), name === undefined ? Number.MIN_VALUE : 0.01);

/** From the middle, to the right for more and to the left for less. */
function Bar({ share }: { share: number }) {
  const width = `${Math.abs(share) * 50}%`;
  return (
    <i
      data-less={share < 0 || undefined}
      style={share < 0 ? { right: '50%', width } : { left: '50%', width }}
    />
  );
}

function signed(effect: number, told: (number: number) => string): string {
  return `${effect < 0 ? '−' : '+'}${told(Math.abs(effect))}`;
}

function Words(props: {
  text: string;
  spans: NonNullable<Explanation['words']>[string];
  /** The effect of the strongest colour. */
  most: number;
  told: (number: number) => string;
}) {
  const { text, spans, most, told } = props;
  return (
    <p className={styles.words}>
      {spans.map(({ start, end, effect }, i) => (
        <span key={start}>
          {text.slice(spans[i - 1]?.end ?? 0, start)}
          <mark title={`${signed(effect, told)} by these words`} style={{ background: tint(effect / most) }}>
            {text.slice(start, end)}
          </mark>
        </span>
      ))}
      {text.slice(spans.at(-1)?.end ?? 0)}
    </p>
  );
}

function Parts(props: { grid: readonly (readonly number[])[]; most: number; picture: string }) {
  const { grid, most, picture } = props;
  const columns = grid[0]?.length ?? 1;
  return (
    <div className={styles.parts} role="img" aria-label="Which parts of the picture speak for the answer">
      <img src={picture} alt="" />
      <div style={{ gridTemplateColumns: `repeat(${columns}, 1fr)` }}>
        {grid.flat().map((effect, part) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a part of a picture is its place
          <i key={part} style={{ background: tint(effect / most) }} />
        ))}
      </div>
    </div>
  );
}

/** `share` from −1 to 1. */
const tint = (share: number): string =>
  `color-mix(in srgb, var(${share < 0 ? '--curve-2' : '--signal-fill'}) ${Math.round(Math.abs(share) * 60)}%, transparent)`;

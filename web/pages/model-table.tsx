/** A model block by block: what each takes, gives and costs, and at which one it goes wrong. */
import { describeModel, type InputShapes } from '../../shared/model/describe-model.ts';
import { count } from '../ui/format.ts';
import definition from './definition.module.css';
import styles from './page.module.css';

export function ModelTable({
  model,
  input,
}: {
  /** Entries, also ones that do not fit. */
  model: readonly unknown[];
  /** What the first takes. */
  input: InputShapes;
}) {
  const entries = describeModel(model, input);
  const isLinked = (i: number) => (model[i] as { inputs?: unknown } | null)?.inputs !== undefined;
  return (
    <div className={styles.rows}>
      <table>
        <thead>
          <tr>
            <th>Block</th>
            <th>Gives</th>
            <th data-right>To learn</th>
            <th data-right>Work</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>
              features <span className="faint">{count(input.features?.length || 1)}</span>
            </td>
            <td className="mono">{input.inputShape.join(' × ')}</td>
            <td data-right>–</td>
            <td data-right>–</td>
          </tr>
          {entries.map(({ id, type, inputs, shape, parameters, multiplyAdds, error }, i) => (
            <tr key={id}>
              <td>
                {type} <span className="faint">{isLinked(i) ? `of ${inputs.join(', ')}` : ''}</span>
                {error && <div className={definition.fault}>{error}</div>}
              </td>
              <td className="mono">{shape ? shape.join(' × ') || '1' : '?'}</td>
              <td data-right>{count(parameters)}</td>
              <td data-right title="multiply-adds for one row">
                {count(multiplyAdds)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A model block by block: what each takes, gives and costs, and at which one it goes wrong. */
import { bodyOf } from '../../shared/definition/check-pipeline.ts';
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { describeModel } from '../../shared/model/describe-model.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { count } from '../ui/format.ts';
import definition from './definition.module.css';
import styles from './page.module.css';

export function ModelTable({
  model,
  spec,
  profile,
}: {
  /** Entries, also ones that do not fit. */
  model: readonly unknown[];
  spec: PipelineSpec;
  profile: DatasetProfile;
}) {
  const input = bodyOf(spec, profile);
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
              features <span className="faint">{count(spec.features.length)}</span>
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

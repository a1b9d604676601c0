/** The suggested pipeline, told in words, with the columns that are left out and why. */
import type { PipelineSpec } from '../../shared/definition/pipeline-spec.ts';
import { suggestFeatures } from '../../shared/definition/suggest-features.ts';
import type { DatasetProfile } from '../../shared/schema/dataset.ts';
import { describePipeline } from './describe-pipeline.ts';
import styles from './plan.module.css';

export function PipelinePlan({ spec, profile }: { spec: PipelineSpec; profile: DatasetProfile }) {
  const { skipped } = suggestFeatures(profile, spec.target);
  return (
    <dl className={styles.plan}>
      {describePipeline(spec).map(({ title, text }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>{text}</dd>
        </div>
      ))}
      {skipped.length > 0 && (
        <div>
          <dt>Left out</dt>
          <dd className={styles.skipped}>
            {skipped.map(({ column, reason }) => (
              <span key={column}>
                <b>{column}</b>: {reason}
              </span>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

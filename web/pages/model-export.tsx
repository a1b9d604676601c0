/** A model version as files: the artifact, or code and weights for other tools, made in the page and handed over as a zip. */
import { getModelArtifact } from '../../shared/api/routes/models.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import { api } from '../session.ts';
import { Select } from '../ui/control.tsx';
import { toast } from '../ui/toast.tsx';

const FORMS = [
  { value: 'artifact', label: 'Artifact', note: 'Trainyard’s own zip' },
  { value: 'keras', label: 'Keras', note: 'code, notebook, weights' },
  { value: 'pytorch', label: 'PyTorch', note: 'code, weights' },
  { value: 'js', label: 'JavaScript', note: 'one file that predicts' },
  { value: 'tfjs', label: 'TensorFlow.js', note: 'LayersModel' },
  { value: 'onnx', label: 'ONNX', note: 'graph, preprocessing' },
  { value: 'safetensors', label: 'Weights', note: 'safetensors' },
] as const;
type Form = (typeof FORMS)[number]['value'];

export function ExportSelect({ version }: { version: ModelVersion }) {
  return (
    <Select<Form>
      label="Export"
      placeholder="Export as…"
      hideLabel
      options={FORMS}
      value={null}
      onValueChange={(form) => void exportModel(version, form)}
    />
  );
}

/** A link would not carry the token, so the page fetches the artifact and hands over what becomes of it. */
export async function exportModel({ id, name, version, artifact }: ModelVersion, form: Form): Promise<void> {
  try {
    const response = await api().call(getModelArtifact, { params: { version: id } });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const zip = form === 'artifact' ? bytes : await zipOf(bytes, artifact, form, name);
    const url = URL.createObjectURL(new Blob([zip], { type: 'application/zip' }));
    Object.assign(document.createElement('a'), {
      href: url,
      download: `${name}-v${version}${form === 'artifact' ? '' : `-${form}`}.zip`,
    }).click();
    URL.revokeObjectURL(url);
  } catch (error) {
    toast.failed(error, 'The model was not exported');
  }
}

/** The code that writes code is loaded when it is asked for. */
async function zipOf(artifact: Uint8Array, sha256: string, form: Form, name: string) {
  const [{ decodeArtifact }, { packStored }, { exporters }] = await Promise.all([
    import('../../shared/artifact/artifact.ts'),
    import('../../shared/artifact/stored-zip.ts'),
    import('../../shared/export/list.ts'),
  ]);
  const exporter = exporters.find((one) => one.name === form)!;
  const program = exporter.program && (await (await fetch(`/${exporter.program}`)).text());
  const from = program ? { bytes: artifact, program } : undefined;
  const files = exporter.files(decodeArtifact(artifact, sha256), name, from);
  return packStored(Object.fromEntries(files.map(({ path, bytes }) => [`${name}/${path}`, bytes])));
}

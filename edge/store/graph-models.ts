/** The model versions that a graph names: aliases and what is left out become numbers, so that what is served stays what it is. */
import { and, eq, inArray } from 'drizzle-orm';
import { AppError } from '../../shared/errors.ts';
import type { GraphStep, InferenceGraph } from '../../shared/schema/inference-graph.ts';
import type { ModelVersion } from '../../shared/schema/model.ts';
import type { Db } from './db.ts';
import { modelVersionColumns, ofModel } from './models.ts';
import { findProject } from './projects.ts';
import { endpoints, modelAliases, models, modelVersions } from './schema/models.ts';

export interface GraphModels {
  /** As it was given, every version a number. */
  graph: InferenceGraph;
  versions: ModelVersion[];
}

/** `project`: its name; absent: that of the endpoint. Throws AppError `not_found` or `invalid_request`. */
export async function findGraphModels(
  db: Db,
  workspace: string,
  endpoint: string,
  { graph, project }: { graph: InferenceGraph; project?: string | undefined },
): Promise<GraphModels> {
  const owner = project
    ? await findProject(db, workspace, project)
    : await projectOfEndpoint(db, workspace, endpoint);
  const names = Object.values(graph.nodes).flatMap(({ steps }) => steps.flatMap(({ model }) => model ?? []));
  const mine = and(
    eq(models.workspace, workspace),
    eq(models.project, owner),
    inArray(models.name, [...new Set(names)]),
  );
  const all = await db
    .select(modelVersionColumns)
    .from(modelVersions)
    .innerJoin(models, ofModel)
    .where(mine)
    .all();
  const aliases = await db
    .select({ model: modelAliases.model, alias: modelAliases.alias, version: modelAliases.version })
    .from(modelAliases)
    .innerJoin(models, and(eq(models.workspace, modelAliases.workspace), eq(models.id, modelAliases.model)))
    .where(mine)
    .all();

  const find = ({ model, version }: GraphStep, at: string): ModelVersion => {
    const ofName = all.filter(({ name }) => name === model).sort((a, b) => b.version - a.version);
    const [latest] = ofName;
    if (!latest) throw new AppError('not_found', `graph.${at}: there is no model "${model}" in the project`);
    if (version === undefined) return latest;
    const known = aliases.filter((one) => one.model === latest.model);
    const number =
      typeof version === 'number' ? version : known.find(({ alias }) => alias === version)?.version;
    const found = ofName.find((one) => one.version === number);
    if (found) return found;
    const accepted = [...ofName.map((one) => one.version), ...known.map(({ alias }) => alias)].slice(0, 20);
    throw new AppError(
      'not_found',
      `graph.${at}: "${model}" has no version "${version}"; it has ${accepted.join(', ')}`,
    );
  };

  const used = new Map<string, ModelVersion>();
  const nodes = Object.entries(graph.nodes).map(([name, node]) => {
    const steps = node.steps.map((step: GraphStep, i) => {
      if (step.model === undefined) return step;
      const found = find(step, `nodes.${name}.steps.${i}`);
      used.set(found.id, found);
      return { ...step, version: found.version };
    });
    return [name, { ...node, steps }];
  });
  return { graph: { nodes: Object.fromEntries(nodes) }, versions: [...used.values()] };
}

async function projectOfEndpoint(db: Db, workspace: string, name: string): Promise<string> {
  const row = await db
    .select({ project: endpoints.project })
    .from(endpoints)
    .where(and(eq(endpoints.workspace, workspace), eq(endpoints.name, name)))
    .get();
  if (row) return row.project;
  throw new AppError(
    'invalid_request',
    `project: it is missing, and there is no endpoint "${name}" yet; expected the project whose models the graph names`,
  );
}

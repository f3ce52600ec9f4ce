import { createHash } from 'node:crypto';
import { ServedBy } from '../actions/action.js';
import { canonicalText, textInOrder } from './canonical-text.js';
import type { LoadedDefinition } from './catalog-rules.js';
import type { PipelineStep, ServiceDefinition } from './service-definition.js';

const DIGEST_LENGTH = 12;

/** A definition in the version of the services that it is part of. */
export class ServedDefinition extends ServedBy {
  /** Of the definition alone: the same as long as it says the same. */
  readonly text: string;

  constructor(
    readonly version: CatalogVersion,
    readonly file: string,
    readonly definition: ServiceDefinition,
  ) {
    super();
    this.text = textOf(definition);
  }

  get apiName(): string {
    return this.definition.apiName;
  }
}

/** One reading of the whole folder. It never changes; another reading is another version. */
export class CatalogVersion {
  /** In the order of the files' names. */
  readonly definitions: readonly ServiceDefinition[];
  /** The same in every process that reads the same definitions. */
  readonly digest: string;
  readonly since = new Date();
  /** Actions that this process holds and that keep to this version. */
  underWay = 0;
  private readonly byName: ReadonlyMap<string, ServedDefinition>;

  constructor(loaded: readonly LoadedDefinition[]) {
    const served = loaded.map(({ file, definition }) => new ServedDefinition(this, file, definition));
    this.byName = new Map(served.map((one) => [one.apiName, one]));
    this.definitions = Object.freeze(loaded.map(({ definition }) => definition));
    const hash = createHash('sha256').update(JSON.stringify(served.map(({ text }) => text)));
    this.digest = hash.digest('hex').slice(0, DIGEST_LENGTH);
  }

  find(apiName: string): ServedDefinition | null {
    return this.byName.get(apiName) ?? null;
  }

  /**
   * Takes over the objects of this version that another reading says again: definitions, and settings of steps. Rate
   * limits, connections and compiled plans hang on those objects, and go on.
   */
  keepUnchanged(loaded: readonly LoadedDefinition[]): LoadedDefinition[] {
    return loaded.map(({ file, definition }) => {
      const before = this.find(definition.apiName);
      if (before === null) return { file, definition };
      if (before.text === textOf(definition)) return { file, definition: before.definition };
      return { file, definition: { ...definition, pipeline: keepSettings(definition, before.definition) } };
    });
  }
}

function keepSettings({ pipeline }: ServiceDefinition, before: ServiceDefinition): readonly PipelineStep[] {
  return pipeline.map((step) => {
    const same = before.pipeline.find(({ name, provider }) => name === step.name && provider === step.provider);
    const isSame = same !== undefined && textInOrder(same.settings) === textInOrder(step.settings);
    return isSame ? { ...step, settings: same.settings } : step;
  });
}

/** The order of keys means nothing, but for the settings of steps: what they mean is their provider's affair. */
function textOf(definition: ServiceDefinition): string {
  const pipeline = definition.pipeline.map((step) => ({ ...step, settings: textInOrder(step.settings) }));
  return canonicalText({ ...definition, pipeline });
}

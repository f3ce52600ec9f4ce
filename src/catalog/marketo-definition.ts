/** One choice of a picklist of the file's own. */
export interface PicklistChoice {
  readonly value: string | number | boolean;
  readonly label: string;
  /** The label in other languages, by language. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Where the choices of a parameter come from: the file, or what administrators uploaded as lookup tables. */
export type PicklistDefinition =
  | { readonly kind: 'choices'; readonly choices: readonly PicklistChoice[] }
  /** Names of all lookup tables. */
  | { readonly kind: 'tables' }
  /** Names of a table's columns; of all tables where `table` is null. */
  | { readonly kind: 'columns'; readonly table: string | null }
  /** Fields that the administrator mapped, as Marketo tells them with the question. */
  | { readonly kind: 'mappedFields'; readonly of: 'request' | 'callback' }
  /** Values of a column, shown as those of `label`. */
  | { readonly kind: 'values'; readonly table: string; readonly column: string; readonly label: string | null };

/** The three places of a parameter: a flow step, the whole service, a header. */
export const PARAMETER_TYPES = Object.freeze(['flow', 'global', 'header'] as const);

export type ParameterType = (typeof PARAMETER_TYPES)[number];

/** The parts of a parameter that Marketo shows beside its name. */
export interface MarketoParameter {
  readonly tooltip: string | null;
  /** Whether only a choice of the list may be submitted. */
  readonly enforced: boolean;
  readonly picklist: PicklistDefinition | null;
}

/** Circumstances that Marketo sends with a batch when the service asks for them. */
export interface MarketoContexts {
  readonly program: boolean;
  readonly campaign: boolean;
  readonly trigger: boolean;
  readonly programMember: boolean;
}

/** The answers of a service in the dialect of Marketo's self-service flow steps alone. */
export interface MarketoDefinition {
  readonly filterName: string | null;
  readonly triggerName: string | null;
  /** `name`, `description`, `filterName` and `triggerName` in other languages. */
  readonly translations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where Marketo finds the certificates it does not know. */
  readonly caBundle: string | null;
  readonly contexts: MarketoContexts;
  /** Names of My Tokens, without `my.` and braces. */
  readonly myTokens: readonly string[];
  /** The administrator maps fields; the file's list is not published then, and any field may come. */
  readonly mapsRequest: boolean;
  /** The same for what a callback carries. */
  readonly mapsCallback: boolean;
  /** By {@link parameterKey}; those that say nothing of their own are missing. */
  readonly parameters: ReadonlyMap<string, MarketoParameter>;
  /** Suggested Marketo fields by `serviceAttribute`, of requests and of callbacks. */
  readonly suggested: {
    readonly request: ReadonlyMap<string, string>;
    readonly callback: ReadonlyMap<string, string>;
  };
  /** Names of files beside the definition; null: drawn from the service's name. */
  readonly icons: { readonly brand: string | null; readonly service: string | null };
  /** Name of a Markdown file beside the definition; null: none. */
  readonly instructions: string | null;
}

/** Key of a parameter; names of headers have no case. */
export function parameterKey(type: ParameterType, name: string): string {
  return `${type} ${type === 'header' ? name.toLowerCase() : name}`;
}

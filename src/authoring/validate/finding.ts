import type { CatalogProblem } from '../../catalog/catalog.errors.js';

/** One thing wrong with one file or address. */
export interface Finding extends CatalogProblem {
  /** A warning stops nothing, unless the command is told to be strict. */
  readonly severity: 'problem' | 'warning';
  /** In the words of Adobe's screen; null: it has none for this. */
  readonly screen: string | null;
  /** Of the file, from 1; null: not known. */
  readonly line: number | null;
}

/** A file or address that was looked at. */
export interface Checked {
  /** As the user would type it. */
  readonly source: string;
  readonly kind: 'service' | 'document';
  /** Name of a service, title of a document; null where it cannot be read. */
  readonly name: string | null;
  readonly findings: readonly Finding[];
  /** Of a service that speaks Marketo: opens Marketo's installation with its document. */
  readonly installLink?: string;
  /** Beside the link: every call is refused, that of the installation, too. */
  readonly switchedOff?: true;
}

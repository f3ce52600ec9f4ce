import { shownPath } from '../../catalog/catalog-loader.js';
import type { LoadedDefinition } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import type { AuthoringConfig } from '../authoring-config.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { QuietLogger } from '../quiet-logger.js';
import { openWorkbench } from '../workbench.js';
import { checkDocuments, type DocumentSource, isDocument } from './document-check.js';
import { fetchDocument, isLoopback, readAddress } from './document-fetch.js';
import type { Checked } from './finding.js';
import { installationOf } from './installation.js';
import { ServiceCheck, type ServiceFile } from './service-check.js';
import { StepCheck } from './step-check.js';
import { definitionsIn, findTargets, folderOf, readText } from './targets.js';

/** Looks at files, folders and addresses, in that order. */
export async function validateAll(
  words: readonly string[],
  loaded: AuthoringConfig,
  timeoutMs: number,
): Promise<readonly Checked[]> {
  const targets = await findTargets(words);
  const addresses = targets.addresses.map(readAddress);
  const services: ServiceFile[] = [];
  const documents: DocumentSource[] = [];
  const unreadable: Checked[] = [];
  for (const path of targets.files) {
    const text = await readText(path);
    const file = shownPath(path);
    if (text === null) unreadable.push(notText(file));
    else if (isDocument(text)) documents.push({ source: file, text, findings: [], isLocal: false, origin: null });
    else services.push({ file, text });
  }
  for (const url of addresses) {
    documents.push({
      source: url.href,
      ...(await fetchDocument(url, timeoutMs)),
      isLocal: isLoopback(url),
      origin: url.origin,
    });
  }
  const checked = services.length === 0 ? [] : await checkServices(services, loaded);
  return [...checked, ...unreadable, ...checkDocuments(documents)];
}

/** Files of one folder are one catalogue: the service reads no two folders. */
async function checkServices(files: readonly ServiceFile[], loaded: AuthoringConfig): Promise<readonly Checked[]> {
  const workbench = await openWorkbench(loaded, new QuietLogger());
  try {
    const steps = new StepCheck(workbench.get(ProviderRegistry), loaded.secrets.named);
    const check = new ServiceCheck(installationOf(loaded.config, loaded.secrets), steps);
    const folders = [...new Set(files.map(({ file }) => folderOf(file)))];
    const checked: Checked[] = [];
    for (const folder of folders) {
      const own = files.filter(({ file }) => folderOf(file) === folder);
      const isServed = folder === loaded.config.catalog.servicesDir;
      checked.push(...check.check(own, isServed ? await readNeighbours(folder, own) : []));
    }
    return checked;
  } finally {
    await workbench.close();
  }
}

async function readNeighbours(folder: string, own: readonly ServiceFile[]): Promise<readonly LoadedDefinition[]> {
  const others = (await definitionsIn(folder)).filter((path) => !own.some(({ file }) => file === shownPath(path)));
  const read = await Promise.all(others.map(async (path) => ({ file: shownPath(path), text: await readText(path) })));
  return read.flatMap(({ file, text }) => {
    const parsed = text === null ? null : parseDefinition(text, file);
    return parsed?.kind === 'valid' ? [{ file, definition: parsed.definition }] : [];
  });
}

function notText(file: string): Checked {
  const problem = { file, path: '', reason: 'is not UTF-8', remedy: 'save it as UTF-8' };
  const finding = { ...problem, severity: 'problem' as const, screen: null, line: null };
  return { source: file, kind: 'service', name: null, findings: [finding] };
}

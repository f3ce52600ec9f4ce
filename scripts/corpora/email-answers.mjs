// Asks the provider `email` about domains, for the modules of the accuracy table.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @param dist absolute path of the build.
 * @returns (row) => { type, suggestion } about jane@row.domain: the kind of mail, and the domain suggested instead; null
 *   for what the provider leaves out.
 */
export async function emailAnswers(dist) {
  const file = join(dist, 'src', 'enrichment', 'providers', 'email.provider.js');
  const { EmailProvider } = await import(pathToFileURL(file).href);
  const provider = new EmailProvider();
  const soFar = { fields: {}, accountFields: {}, accessors: {}, attributes: {}, people: new Map() };
  const context = { signal: new AbortController().signal };
  const settings = {};
  return async ({ domain }) => {
    const entity = { kind: 'lead', id: '1', fields: { email: `jane@${domain}` } };
    const { fields } = await provider.enrich({ entity, soFar }, settings, context);
    return { type: fields.emailType ?? null, suggestion: fields.emailSuggestion?.split('@')[1] ?? null };
  };
}

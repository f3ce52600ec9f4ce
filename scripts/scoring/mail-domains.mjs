// What the modules over the corpus of mail domains share.
import { askProvider } from './ask-provider.mjs';

const INSTITUTIONS = ['university', 'employer', 'site'];

/** Whether a row is of an organisation that gives mailboxes to its own people alone. */
export function isInstitution({ is }) {
  return INSTITUTIONS.includes(is);
}

/**
 * @param dist absolute path of the build.
 * @returns (row) => { type, suggestion } about jane@row.domain: the kind of mail, and the domain suggested instead; null
 *   for what the provider leaves out.
 */
export async function emailAnswers(dist) {
  const ask = await askProvider(dist, 'email');
  return async ({ domain }) => {
    const { emailType, emailSuggestion } = await ask({ email: `jane@${domain}` });
    return { type: emailType ?? null, suggestion: emailSuggestion?.split('@')[1] ?? null };
  };
}

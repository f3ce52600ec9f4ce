import type { Section } from './definition-section.js';
import type { OpenApiInfo } from './service-definition.js';

/** Extensions of `info` that we write ourselves. */
const OWN_EXTENSIONS: ReadonlySet<string> = new Set(['x-providerName', 'x-schemaVersion', 'x-supportContact']);
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Reads what a service's OpenAPI document says about its makers; a title and a description are taken from the service. */
export function readOpenApiInfo(
  parent: Section,
  fallback: { readonly name: string; readonly description: string },
): OpenApiInfo {
  const section = parent.section('openapi', 'add it with providerName and supportContact: Adobe requires both');
  const providerName = section.text('providerName');
  const supportContact = section.text('supportContact');
  return {
    title: section.optionalText('title') ?? fallback.name,
    version: section.optionalText('version') ?? '1.0.0',
    description: section.optionalText('description') ?? fallback.description,
    providerName,
    supportContact,
    contact: readContact(section.section('contact'), providerName, supportContact),
    extensions: readExtensions(section),
  };
}

/** Adobe wants a contact: without one it is made of the provider's name and the support contact. */
function readContact(contact: Section, providerName: string, supportContact: string): OpenApiInfo['contact'] {
  const email = contact.optionalText('email');
  if (email !== null && email !== '' && !EMAIL.test(email)) {
    contact.problems.add(contact.at('email'), 'is not an e-mail address', 'write one like support@example.com');
  }
  const url = contact.optionalText('url');
  if (url !== null && url !== '' && !isWebAddress(url)) {
    contact.problems.add(contact.at('url'), 'is not a web address', 'write one that starts with https://');
  }
  const name = contact.optionalText('name') ?? providerName;
  if (email !== null || url !== null) {
    return { name, email, url };
  }
  return {
    name,
    email: EMAIL.test(supportContact) ? supportContact : null,
    url: isWebAddress(supportContact) ? supportContact : null,
  };
}

function readExtensions(section: Section): OpenApiInfo['extensions'] {
  const extensions = section.mapping('extensions');
  const path = section.at('extensions');
  for (const key of Object.keys(extensions)) {
    if (!key.startsWith('x-')) {
      section.problems.add(`${path}.${key}`, 'is not an extension', `write x-${key}`);
    } else if (OWN_EXTENSIONS.has(key)) {
      const own = key === 'x-schemaVersion' ? 'it is always 1.0.0' : `set openapi.${key.slice(2)} instead`;
      section.problems.add(`${path}.${key}`, 'is reserved', own);
    }
  }
  return extensions;
}

/** Whether a text is an http or https address. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

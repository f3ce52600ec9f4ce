import { isJsonObject } from '../http/json-value.js';
import type { Section } from './definition-section.js';
import type { Translations } from './service-definition.js';

/** The language that every text has; the others are translations of it. */
const ENGLISH = 'en_US';

/**
 * Reads an item's texts in the languages besides `en_US`. They stand under `i18n.<language>.<text>`, or in the text's own
 * mapping `<text>.<language>`.
 */
export function readTranslations(item: Section, texts: readonly string[]): Translations {
  // Maps: a language may be called like something every object has.
  const translations = new Map<string, Record<string, string>>();
  const note = (language: string, text: string, value: string | null): void => {
    if (value !== null) translations.set(language, { ...translations.get(language), [text]: value });
  };
  const i18n = item.section('i18n');
  for (const language of otherLanguages(i18n)) {
    const section = i18n.section(language);
    for (const text of texts) note(language, text, section.someText(text));
  }
  for (const text of texts) {
    if (!isJsonObject(item.raw(text))) continue;
    const section = item.section(text);
    for (const language of otherLanguages(section)) note(language, text, section.someText(language));
  }
  return Object.fromEntries(translations);
}

function otherLanguages(section: Section): string[] {
  return section.keys().filter((language) => language !== ENGLISH && language !== '__proto__');
}

import { describe, expect, it } from 'vitest';
import { LEAD_YAML } from './catalog.fixtures.js';
import { parseDefinition } from './definition-parser.js';

/** What is wrong with the lead service when this is appended; nothing when it is fine. */
function problemsWith(text: string): string {
  try {
    parseDefinition(`${LEAD_YAML}\n${text}`, 'mail-check.yaml');
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

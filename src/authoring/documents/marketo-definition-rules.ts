import { isJsonObject } from '../../http/json-value.js';

type Json = Readonly<Record<string, unknown>>;

/** One thing that Marketo would not take of a service definition. */
export interface DefinitionFinding {
  /** Behind the definition: `.primaryAttribute`. */
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

const TYPES = ['boolean', 'integer', 'date', 'datetime', 'email', 'float', 'score', 'string', 'url', 'text'];
const RESERVED_IN_ACTIVITY = ['success', 'reason', 'errorCode'];
const FLAGS = [
  'userDrivenMapping',
  'programContext',
  'campaignContext',
  'triggerContext',
  'programMemberContext',
  'subscriptionContext',
];

/** Holds a service definition to Marketo's schema and rules of names. Source: Adobe's schema serviceDefinition. */
export function checkMarketoDefinition(definition: unknown): readonly DefinitionFinding[] {
  const check = new DefinitionCheck();
  check.definition(definition);
  return check.found;
}

class DefinitionCheck {
  readonly found: DefinitionFinding[] = [];

  definition(value: unknown): void {
    if (!isJsonObject(value)) return this.say('', 'must be an object', 'answer with the definition');
    this.text(value, 'apiName', '');
    this.text(value, 'primaryAttribute', '');
    const english = this.object(this.object(value, 'i18n', ''), 'en_US', '.i18n');
    this.text(english, 'name', '.i18n.en_US');
    if (value['caBundle'] !== undefined) this.text(value, 'caBundle', '');
    const invocation = this.object(value, 'invocationPayloadDef', '');
    const callback = this.object(value, 'callbackPayloadDef', '');
    const at = '.invocationPayloadDef';
    this.attributes(invocation, 'globalAttributes', at, true);
    const flow = this.attributes(invocation, 'flowAttributes', at, true);
    this.fields(invocation, at);
    this.headers(invocation, at);
    this.flags(invocation, at);
    this.tokens(invocation, at);
    this.fields(callback, '.callbackPayloadDef');
    this.flags(callback, '.callbackPayloadDef');
    const written = this.attributes(callback, 'attributes', '.callbackPayloadDef', false);
    this.names(String(value['primaryAttribute']), flow, written);
  }

  /** The rules of names that hold between the lists. */
  private names(primary: string, flow: readonly string[], written: readonly string[]): void {
    if (!flow.includes(primary)) this.say('.primaryAttribute', 'matches no flow attribute', 'name one of them');
    for (const name of written) {
      if (RESERVED_IN_ACTIVITY.includes(name)) {
        this.say('.callbackPayloadDef.attributes', `"${name}" is reserved`, 'choose another name');
      }
      if (flow.includes(name)) {
        this.say('.callbackPayloadDef.attributes', `"${name}" is a flow attribute too`, 'rename one of the two');
      }
    }
  }

  private attributes(parent: Json, key: string, at: string, mayHavePicklist: boolean): string[] {
    return this.list(parent, key, at).map((item, index) => {
      const here = `${at}.${key}[${index}]`;
      this.text(item, 'apiName', here);
      this.type(item, here);
      const english = this.object(this.object(item, 'i18n', here), 'en_US', `${here}.i18n`);
      this.text(english, 'name', `${here}.i18n.en_US`);
      if (mayHavePicklist) this.picklist(item, here);
      return String(item['apiName']);
    });
  }

  private fields(parent: Json, at: string): void {
    if (parent['fields'] === undefined && parent['userDrivenMapping'] === true) return;
    this.list(parent, 'fields', at).forEach((item, index) => {
      const here = `${at}.fields[${index}]`;
      this.text(item, 'serviceAttribute', here);
      if (item['serviceAttribute'] === 'id')
        this.say(`${here}.serviceAttribute`, '"id" is reserved', 'choose another name');
      this.type(item, here);
      this.languages(item, here);
      this.flag(item, 'required', here);
    });
  }

  private headers(parent: Json, at: string): void {
    this.list(parent, 'headers', at).forEach((item, index) => {
      const here = `${at}.headers[${index}]`;
      this.text(item, 'name', here);
      if (item['description'] !== undefined) this.languages(item, here);
      this.picklist(item, here);
    });
  }

  private picklist(item: Json, at: string): void {
    this.flag(item, 'hasPicklist', at);
    this.flag(item, 'enforcePicklistSelect', at);
  }

  private tokens(parent: Json, at: string): void {
    const tokens = parent['myTokenContext'] ?? [];
    if (Array.isArray(tokens) && tokens.every((token) => typeof token === 'string')) return;
    this.say(`${at}.myTokenContext`, 'must be a list of texts', 'list the names of My Tokens');
  }

  private flags(parent: Json, at: string): void {
    for (const key of FLAGS) this.flag(parent, key, at);
  }

  private flag(parent: Json, key: string, at: string): void {
    const value = parent[key];
    if (value !== undefined && typeof value !== 'boolean')
      this.say(`${at}.${key}`, 'must be true or false', 'write one of them');
  }

  private type(item: Json, at: string): void {
    if (!TYPES.includes(String(item['dataType'])))
      this.say(`${at}.dataType`, 'is not a type of Marketo', `use one of ${TYPES.join(', ')}`);
  }

  /** A text in several languages, English among them. */
  private languages(item: Json, at: string): void {
    const texts = this.object(item, 'description', at);
    this.text(texts, 'en_US', `${at}.description`);
    for (const [language, text] of Object.entries(texts)) {
      if (typeof text !== 'string') this.say(`${at}.description.${language}`, 'must be a text', 'write one');
    }
  }

  private list(parent: Json, key: string, at: string): Json[] {
    const value = parent[key] ?? [];
    if (Array.isArray(value) && value.every(isJsonObject)) return value;
    this.say(`${at}.${key}`, 'must be a list of objects', 'write a list');
    return [];
  }

  private object(parent: Json, key: string, at: string): Json {
    const value = parent[key];
    if (isJsonObject(value)) return value;
    this.say(`${at}.${key}`, value === undefined ? 'is missing' : 'must be an object', 'add it');
    return {};
  }

  private text(parent: Json, key: string, at: string): void {
    const value = parent[key];
    if (typeof value === 'string' && value.trim() !== '') return;
    this.say(`${at}.${key}`, value === undefined ? 'is missing' : 'must be a text', 'add a text');
  }

  private say(path: string, reason: string, remedy: string): void {
    this.found.push({ path, reason, remedy });
  }
}

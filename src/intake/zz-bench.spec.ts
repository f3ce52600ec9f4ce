import { it } from 'vitest';
import { parseJsonObject } from '../http/json-body.js';
import { AddressPolicy } from '../security/address-policy.js';
import { readEnvelope } from './envelope.js';
import { leadRequest, testConfig, testDefinition } from './intake.fixtures.js';
import { NewActionFactory } from './new-action.js';
import { compileFieldCheck } from './required-fields.js';
import { toJsonText } from '../http/json-text.js';
import { adoptDto } from './nested.js';
import { ExecutionRequestDto } from './execution-request.dto.js';
it('bench', () => {
  const bytes = Buffer.from(JSON.stringify(leadRequest()));
  const config = testConfig();
  const policy = new AddressPolicy(config);
  const factory = new NewActionFactory(config, policy);
  const definition = testDefinition();
  const service = { definition, checkFields: compileFieldCheck(definition), bodyLimit: 1 << 20 };
  const N = 20000;
  const time = (name: string, f: () => unknown) => {
    for (let i = 0; i < 5000; i++) f();
    let best = 1e9;
    for (let r = 0; r < 5; r++) {
      const t = process.cpuUsage();
      for (let i = 0; i < N; i++) f();
      const d = process.cpuUsage(t);
      best = Math.min(best, (d.user + d.system) / N);
    }
    console.log(name, best.toFixed(2), 'us cpu', bytes.length);
  };
  time('JSON.parse', () => JSON.parse(bytes.toString()));
  time('parse', () => parseJsonObject(bytes));
  time('parse+adopt', () => adoptDto(parseJsonObject(bytes), ExecutionRequestDto));
  time('parse+envelope', () => readEnvelope(parseJsonObject(bytes)));
  time('all', () => factory.make(readEnvelope(parseJsonObject(bytes)), service, {}));
  time('url', () => policy.checkUrl('https://platform.adobe.io/callback/1', { hosts: ['*.adobe.io'] }));
  time('parse+stringify', () => toJsonText(parseJsonObject(bytes)));
  time('parse+adopt+stringify', () => toJsonText(adoptDto(parseJsonObject(bytes), ExecutionRequestDto)));
}, 120000);

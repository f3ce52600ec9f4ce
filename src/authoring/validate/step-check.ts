import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { didYouMean } from '../../config/did-you-mean.js';
import type { ProviderRegistry } from '../../enrichment/provider-registry.js';
import type { Found } from './found.js';

const PAGES: Readonly<Record<string, string>> = {
  http: 'docs/http-steps.md',
  lookup: 'docs/lookup-tables.md',
};

/** Checks the steps of a pipeline: their providers, their settings, and the secrets that they name. */
export class StepCheck {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly secrets: { readonly has: (name: string) => boolean },
  ) {}

  /** @param paths of the steps, in the order that they run in */
  check({ pipeline }: ServiceDefinition, paths: readonly string[]): Found[] {
    return pipeline.flatMap((step, index) => {
      const at = paths[index] ?? `pipeline[${index}]`;
      const provider = this.registry.find(step.provider);
      if (provider === null) return [this.unknownProvider(step.provider, at)];
      const page = PAGES[step.provider] ?? 'docs/providers.md';
      const problems = this.registry.findStepProblems(step).map((sentence): Found => {
        const [, key = 'settings', reason = sentence] = /^(settings[\w.[\]-]*?)[.:]? (.*)$/s.exec(sentence) ?? [];
        const remedy = `${page} explains the settings of ${step.provider}`;
        return { severity: 'problem', path: `${at}.${key}`, reason: reason.replace(/\.$/, ''), remedy };
      });
      return problems.length > 0 ? problems : this.checkSecrets(provider.secretsOf?.(step.settings) ?? [], at);
    });
  }

  private unknownProvider(key: string, at: string): Found {
    const near = didYouMean(key, this.registry.keys());
    const known = `known are ${this.registry.keys().join(', ')}; your own join by PROVIDER_MODULES`;
    const remedy = near === null ? known : `did you mean ${near}? ${known}`;
    return { severity: 'problem', path: `${at}.provider`, reason: `there is no provider "${key}"`, remedy };
  }

  private checkSecrets(names: readonly string[], at: string): Found[] {
    return names
      .filter((name) => !this.secrets.has(name))
      .map((name) => ({
        severity: 'warning',
        path: `${at}.settings.auth`,
        reason: `the secret ${name} is not set here`,
        remedy: `set SECRET_${name}, or PUT /admin/secrets/${name} once the service runs`,
      }));
  }
}

// The trivial step of the bench's own service: a little reading and writing of fields, and no waiting.

/** Loaded by PROVIDER_MODULES. */
export class BenchProvider {
  key = 'bench';

  async enrich({ entity }) {
    const email = String(entity.fields.email ?? '');
    const domain = email.slice(email.indexOf('@') + 1);
    return {
      fields: { emailNormalized: email.toLowerCase(), emailDomain: domain, emailStatus: 'valid' },
      accessors: { contactTier: 'hot' },
    };
  }
}

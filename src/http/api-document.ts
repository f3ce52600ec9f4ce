import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AppConfig, InboundConfig } from '../config/config.js';
import { VERSION } from '../config/version.js';
import { allowNulls } from './document-nulls.js';
import { documentRoles } from './document-roles.js';
import { documentTags } from './document-tags.js';
import { documentRefusals } from './document-refusals.js';
import { ErrorDialects } from './error-dialects.js';

type SecuritySchemeObject = Parameters<DocumentBuilder['addSecurity']>[1];

const DESCRIPTION = `Execution requests in, callbacks out; and what administrators do about either.

Paste \`/services/{apiName}/openapi.json\` into Adobe, not this document: it describes this whole service to people.
Paths that are not here are answered 404, other methods 405, in the dialect of the path; requests that are no HTTP at all
400, 408, 414 or 431.`;

/** The features, in the order a reader meets them. */
const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['execution requests', 'Adobe submits them; each one is called back'],
  ['services', 'Their documents and definitions, as Adobe reads them'],
  ['actions', 'Look at what became of requests'],
  ['deliveries', 'Send callbacks again: one, or all that failed'],
  ['registrations', 'Look after the registrations of every family'],
  ['companies', 'Company-style callbacks, and administering companies'],
  ['eqp', 'Commerce-EQP-style callbacks, and administering users'],
  ['async calls', 'Marketing-Cloud-style calls, and administering clients'],
  ['marketo', 'Batches of leads of Marketo flow steps, and the documents of services that take them'],
  ['lookup tables', 'Tables of your own that pipelines read'],
  ['erasure', 'Forget a person or an account'],
  ['lookup tables', 'Tables of your own as CSV files, for the provider lookup'],
  ['organisations', 'Credentials of organisations of Adobe, and which services they are served'],
  ['secrets', 'Credentials that steps of services name: written, never read'],
  ['notices', 'Messages about the service to people, in a chat or to a program'],
  ['keys and audit', 'Keys of administrators with their roles, and what administrators did'],
  ['operations', 'Health, metrics, status, addresses'],
];

/**
 * Serves Swagger UI at /docs and its document at /docs-json; call it after `configureHttp`, before `listen`.
 * The document is built at the first request for it.
 */
export function setUpApiDocument(app: NestFastifyApplication, config: AppConfig): void {
  const builder = new DocumentBuilder()
    .setTitle('Ricochet')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .addServer(config.http.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of ADMIN_API_KEYS or /admin/keys' }, 'admin')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'username and password of a company' }, 'company')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Application id and secret of an EQP user' }, 'eqpApp')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The ust of an EQP session' }, 'eqpSession')
    .addSecurity('caller', callerScheme(config.inbound))
    // Adobe calls every route without another tag.
    .addSecurityRequirements('caller');
  for (const [name, text] of TAGS) builder.addTag(name, text);
  const description = builder.build();
  SwaggerModule.setup('docs', app, () => complete(SwaggerModule.createDocument(app, description), app, config), {
    customSiteTitle: 'Ricochet',
    raw: ['json'],
    // The UI would otherwise ask a validator elsewhere, which the content security policy forbids.
    swaggerOptions: { validatorUrl: null },
  });
}

/** The document as the generator writes it, with what it cannot know. */
function complete(generated: OpenAPIObject, app: NestFastifyApplication, config: AppConfig): OpenAPIObject {
  const document = allowNulls(generated);
  for (const [path, item] of Object.entries(document.paths)) {
    const { post } = item;
    if (post === undefined || !path.endsWith('/submitAsyncAction')) continue;
    const { 200: acknowledged, ...others } = post.responses;
    // Other dialects have a status of their own.
    if (acknowledged === undefined) continue;
    post.responses = { [config.intake.ackStatus]: acknowledged, ...others };
  }
  documentTags(document);
  documentRoles(document);
  documentRefusals(document, app.get(ErrorDialects, { strict: false }));
  return document;
}

function callerScheme({ auth, apiKeyName, apiKeyIn }: InboundConfig): SecuritySchemeObject {
  switch (auth) {
    case 'apiKey':
      return { type: 'apiKey', name: apiKeyName, in: apiKeyIn, description: 'A key of INBOUND_API_KEYS' };
    case 'basic':
      return { type: 'http', scheme: 'basic', description: 'A user of INBOUND_BASIC_USERS' };
    case 'oauth2':
      // Not type oauth2: where tokens come from is the issuer's to say, in the openapi.json of each service.
      return {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description: 'An access token of POST /oauth2/token',
      };
    default:
      return auth satisfies never;
  }
}

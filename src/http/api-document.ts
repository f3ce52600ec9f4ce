import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { AppConfig, InboundConfig } from '../config/config.js';

type SecuritySchemeObject = Parameters<DocumentBuilder['addSecurity']>[1];

const DESCRIPTION = `Execution requests in, callbacks out; and what administrators do about either.

Paste /services/<apiName>/openapi.json into Adobe, not this document: it describes this whole service to people.`;

/**
 * Serves Swagger UI at /docs and its document at /docs-json; call it after `configureHttp`, before `listen`.
 * The document is built when somebody first asks for it.
 */
export function setUpApiDocument(app: NestFastifyApplication, config: AppConfig): void {
  const description = new DocumentBuilder()
    .setTitle('Ricochet')
    .setDescription(DESCRIPTION)
    .setVersion('1.0')
    .addServer(config.http.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of ADMIN_API_KEYS' }, 'admin')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'username and password of a company' }, 'company')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Application id and secret of an EQP user' }, 'eqpApp')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The ust of an EQP session' }, 'eqpSession')
    .addSecurity('caller', callerScheme(config.inbound))
    // What says nothing else is called by Adobe.
    .addSecurityRequirements('caller')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description), {
    customSiteTitle: 'Ricochet',
    raw: ['json'],
    // The UI would otherwise ask a validator elsewhere, which the content security policy forbids.
    swaggerOptions: { validatorUrl: null },
  });
}

function callerScheme({ auth, apiKeyName, apiKeyIn }: InboundConfig): SecuritySchemeObject {
  return auth === 'basic'
    ? { type: 'http', scheme: 'basic', description: 'A user of INBOUND_BASIC_USERS' }
    : { type: 'apiKey', name: apiKeyName, in: apiKeyIn, description: 'A key of INBOUND_API_KEYS' };
}

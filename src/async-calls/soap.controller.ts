import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiSecurity, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusals } from '../http/refusals.decorator.js';
import { MACHINE_ONLY } from '../http/configure-http.js';
import { RequestError } from '../http/request-error.js';
import { AsyncTokens } from './clients/async-tokens.js';
import { CreateCalls } from './create/create-calls.js';
import { writeQueued } from './create/create-answer.js';
import { RetrieveResults } from './retrieve/retrieve-results.js';
import { PARTNER_API, writeEnvelope } from './soap/soap-envelope.js';
import { toSoapFault } from './soap/soap-fault.js';
import { readSoapMessage } from './soap/soap-message.js';
import { findToken } from './soap/soap-token.js';
import { XSI } from './soap/xml-reader.js';
import { readVerb } from './soap/soap-verb.js';
import { readSoapMedia, SOAP_1_1, type SoapMedia } from './soap/soap-version.js';

const EXAMPLE_REQUEST = `<Envelope xmlns="${SOAP_1_1.namespace}" xmlns:xsi="${XSI}">
  <Header><fueloauth xmlns="http://exacttarget.com">q7mB4mKZ0jmcW1vDYlHVvXk3mN0H3oLkq2YkqRrZ5xA</fueloauth></Header>
  <Body>
    <CreateRequest xmlns="${PARTNER_API}">
      <Options>
        <RequestType>Asynchronous</RequestType>
        <SendResponseTo>
          <ResponseType>HTTPPost</ResponseType>
          <ResponseAddress>https://receiver.example.com/callbacks</ResponseAddress>
          <IncludeResults>true</IncludeResults>
        </SendResponseTo>
      </Options>
      <Objects xsi:type="Subscriber"><EmailAddress>ada@example.com</EmailAddress></Objects>
    </CreateRequest>
  </Body>
</Envelope>`;
const EXAMPLE_ANSWER = writeEnvelope(SOAP_1_1, writeQueued('0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11', 1));

/** Takes SOAP messages: Create and Retrieve. The answer is always XML. */
@ApiTags('async calls')
@ApiSecurity({})
@Refusals({ 401: 'No token, or one that has ended', 429: 'More is waiting than may' })
@Controller()
export class SoapController {
  constructor(
    private readonly tokens: AsyncTokens,
    private readonly calls: CreateCalls,
    private readonly results: RetrieveResults,
  ) {}

  @RouteConfig(MACHINE_ONLY)
  @Post('Service.asmx')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Takes a SOAP message: Create (asynchronous or not) or Retrieve; the token is in its header',
  })
  @ApiConsumes('text/xml', 'application/soap+xml')
  @ApiProduces('text/xml', 'application/soap+xml')
  @ApiBody({ schema: { type: 'string', example: EXAMPLE_REQUEST } })
  @ApiOkResponse({ schema: { type: 'string', example: EXAMPLE_ANSWER }, description: 'Queued, done, or refused' })
  async serve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const media = readSoapMedia(request.headers['content-type'], request.headers['content-encoding']);
    try {
      const answer = await this.answer(request, media);
      void reply
        .header('content-type', `${media.version.mediaType}; charset=utf-8`)
        .header('cache-control', 'no-store');
      return writeEnvelope(media.version, answer);
    } catch (error) {
      throw toSoapFault(media.version, error);
    }
  }

  private async answer(request: FastifyRequest, media: SoapMedia): Promise<string> {
    const bytes = request.body as Buffer | undefined;
    if (bytes === undefined || bytes.length === 0) {
      throw new RequestError(400, 'INVALID_REQUEST', 'The request body is empty.');
    }
    // Before the message is read: no document is parsed before its sender is known.
    const token = findToken(bytes);
    const clientId = token === null ? null : await this.tokens.findClient(token);
    if (clientId === null) throw token === null ? noToken() : expired();
    const message = await readSoapMessage(bytes);
    if (message.token !== token) throw noToken();
    const action = media.action ?? firstOf(request.headers['soapaction']);
    switch (readVerb(message.operation, action)) {
      case 'Create':
        return this.calls.create(clientId, message.operation);
      case 'Retrieve':
        return this.results.retrieve(clientId, message.operation);
    }
  }
}

function firstOf(header: string | string[] | undefined): string | null {
  return (Array.isArray(header) ? header[0] : header) ?? null;
}

function noToken(): RequestError {
  const message =
    'Login Failed. The Header needs one element fueloauth of http://exacttarget.com with an access token.';
  return new RequestError(401, 'UNAUTHORIZED', message, { challenge: 'Bearer realm="async-calls"' });
}

/** These two words exactly: clients ask for a new token when they read them. */
function expired(): RequestError {
  return new RequestError(401, 'UNAUTHORIZED', 'Token Expired', { challenge: 'Bearer realm="async-calls"' });
}

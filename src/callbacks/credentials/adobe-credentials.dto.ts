import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsOptional, Matches, ValidateIf } from 'class-validator';
import { IsOneOf } from '../../http/one-of.js';

const ORG = '1234567890ABCDEF@AdobeOrg';
/** They are sent as a header or in a form; the longest that Adobe gives have a few dozen characters. */
const VALUE = /^[\x21-\x7e]{1,255}$/;
const VALUE_RULE = 'must have 1 to 255 printable ASCII characters without spaces';
const SCOPE = /^[\x21-\x2b\x2d-\x7e]{1,255}$/;
const SCOPE_RULE = 'must each have 1 to 255 printable ASCII characters without spaces and commas';
const SECRETS_RULE = 'must be a list of one or two different secrets, the newer first';
const SCOPES_RULE = 'must be a list of 1 to 100 different scopes';
const AFTER_REMOVAL = Object.freeze(['hold', 'default'] as const);
const OUTCOMES = Object.freeze(['issued', 'refused', 'unavailable'] as const);

const SECRETS_SCHEMA = {
  type: String,
  isArray: true,
  minItems: 1,
  maxItems: 2,
  writeOnly: true,
  example: ['p8e-the-newer-secret', 'p8e-the-older-secret'],
};

/** One or two secrets, the newer one first. */
function AreSecrets(): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: SECRETS_RULE }),
    ArrayMinSize(1, { message: SECRETS_RULE }),
    ArrayMaxSize(2, { message: SECRETS_RULE }),
    ArrayUnique({ message: SECRETS_RULE }),
    Matches(VALUE, { each: true, message: `${VALUE_RULE}, each` }),
  );
}

/** Scopes to ask access tokens for. */
function AreScopes(): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: SCOPES_RULE }),
    ArrayMinSize(1, { message: SCOPES_RULE }),
    ArrayMaxSize(100, { message: SCOPES_RULE }),
    ArrayUnique({ message: SCOPES_RULE }),
    Matches(SCOPE, { each: true, message: SCOPE_RULE }),
  );
}

/** A whole credential, as the Adobe Developer Console shows it. */
export class PutAdobeCredential {
  @ApiProperty({ example: '3f2a9c01d4e54f6b8a7c', maxLength: 255 })
  @Matches(VALUE, { message: VALUE_RULE })
  clientId!: string;

  @ApiPropertyOptional({
    ...SECRETS_SCHEMA,
    description:
      'One or two, the newer first; never shown again. Left out: those that are stored for the same clientId',
  })
  @ValidateIf((body: PutAdobeCredential) => body.clientSecrets !== undefined)
  @AreSecrets()
  clientSecrets?: string[];

  @ApiProperty({ type: [String], example: ['openid', 'AdobeID'], minItems: 1, maxItems: 100 })
  @AreScopes()
  scopes!: string[];

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: null,
    maxLength: 255,
    description: 'X-Api-Key of callbacks; null or left out: the clientId',
  })
  @IsOptional()
  @Matches(VALUE, { message: VALUE_RULE })
  apiKey?: string | null;
}

/** Changes of a credential; fields left out stay as they are. */
export class ChangeAdobeCredential {
  @ApiPropertyOptional({ example: '3f2a9c01d4e54f6b8a7c', maxLength: 255, description: 'Needs clientSecrets' })
  @ValidateIf((change: ChangeAdobeCredential) => change.clientId !== undefined)
  @Matches(VALUE, { message: VALUE_RULE })
  clientId?: string;

  @ApiPropertyOptional({ ...SECRETS_SCHEMA, description: 'Instead of those that are stored' })
  @ValidateIf((change: ChangeAdobeCredential) => change.clientSecrets !== undefined)
  @AreSecrets()
  clientSecrets?: string[];

  @ApiPropertyOptional({
    writeOnly: true,
    maxLength: 255,
    description: 'A newer secret. The one that was the newer stays as the older, a third is forgotten',
  })
  @ValidateIf((change: ChangeAdobeCredential) => change.addClientSecret !== undefined)
  @Matches(VALUE, { message: VALUE_RULE })
  addClientSecret?: string;

  @ApiPropertyOptional({ type: [String], example: ['openid', 'AdobeID'], minItems: 1, maxItems: 100 })
  @ValidateIf((change: ChangeAdobeCredential) => change.scopes !== undefined)
  @AreScopes()
  scopes?: string[];

  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 255, description: 'null: the clientId' })
  @IsOptional()
  @Matches(VALUE, { message: VALUE_RULE })
  apiKey?: string | null;
}

/** The fate of the callbacks of an organisation that loses its credential. */
export class RemoveAdobeCredential {
  @ApiPropertyOptional({
    enum: AFTER_REMOVAL,
    default: 'hold',
    description:
      'hold: its callbacks are held until it has a credential again. default: the credential of ADOBE_* speaks for it, where ' +
      'ADOBE_IMS_ORG_IDS or a rule of a service names it; sent later, it also ends a hold',
  })
  @IsOptional()
  @IsOneOf(AFTER_REMOVAL)
  callbacks: (typeof AFTER_REMOVAL)[number] = 'hold';
}

/** The answer of IMS that keeps a credential from being used. */
export class CredentialRefusal {
  @ApiProperty({ example: 'invalid_client', description: 'The error that IMS named, or a name of this service' })
  error!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;

  @ApiProperty({ example: 'set clientSecrets of /admin/adobe-credentials/<imsOrgId>' })
  remedy!: string;
}

/** A credential, without its secrets. */
export class AdobeCredentialView {
  @ApiProperty({ example: ORG })
  imsOrgId!: string;

  @ApiProperty({ enum: ['active', 'removed'], example: 'active', description: 'removed: it holds the callbacks' })
  state!: 'active' | 'removed';

  @ApiProperty({ example: '3f2a9c01d4e54f6b8a7c' })
  clientId!: string;

  @ApiProperty({ example: 2, description: 'How many secrets are stored: 0 to 2' })
  secretCount!: number;

  @ApiProperty({ type: String, format: 'date-time', description: 'When they were last set' })
  secretsUpdatedAt!: Date;

  @ApiProperty({ type: [String], example: ['openid', 'AdobeID'] })
  scopes!: string[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null: the clientId' })
  apiKey!: string | null;

  @ApiProperty({ type: CredentialRefusal, nullable: true, description: 'Null: IMS did not refuse it when last asked' })
  refused!: CredentialRefusal | null;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;

  @ApiProperty({ type: String, format: 'date-time' })
  updatedAt!: Date;
}

/** A page of credentials, the newest first. */
export class AdobeCredentialPage {
  @ApiProperty({ type: [AdobeCredentialView] })
  items!: AdobeCredentialView[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page' })
  nextCursor!: string | null;
}

/** The meaning of a removal for callbacks. */
export class RemovedAdobeCredential {
  @ApiProperty({ example: ORG })
  imsOrgId!: string;

  @ApiProperty({ enum: ['held', 'default'], example: 'held' })
  callbacks!: 'held' | 'default';

  @ApiProperty({ example: 12, description: 'Callbacks that wait now; counting stops at 10000' })
  waiting!: number;

  @ApiProperty({ example: '12 callbacks of the organisation wait. They are held until it has a credential again.' })
  message!: string;
}

/** The answer of IMS about one secret. */
export class SecretTest {
  @ApiProperty({ enum: ['newer', 'older'], example: 'newer' })
  secret!: 'newer' | 'older';

  @ApiProperty({ enum: OUTCOMES, example: 'issued' })
  outcome!: (typeof OUTCOMES)[number];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'A name of an error, or why none came' })
  error!: string | null;
}

/** The answer of IMS about a credential. */
export class CredentialTest {
  @ApiProperty({ example: ORG })
  imsOrgId!: string;

  @ApiProperty({ enum: ['stored', 'default'], example: 'stored', description: 'default: the one of ADOBE_*' })
  credential!: 'stored' | 'default';

  @ApiProperty({ enum: OUTCOMES, example: 'issued', description: 'issued: for one secret at least' })
  outcome!: (typeof OUTCOMES)[number];

  @ApiProperty({ type: [SecretTest], description: 'In the order in which they were tried' })
  secrets!: SecretTest[];

  @ApiProperty({ example: 'IMS issued an access token. Callbacks use it from now on.' })
  message!: string;
}

import { ApiProperty } from '@nestjs/swagger';
import type { QueueKind } from '../config/config.js';
import { VERSION } from '../config/version.js';

/** A configured service, in short. */
export class ServiceSummary {
  @ApiProperty({ example: 'email-validation' })
  apiName!: string;

  @ApiProperty({ enum: ['lead', 'account', 'accountPerson'], example: 'lead' })
  entityType!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ description: 'Whether / hands requests of this entity type to it' })
  isDefault!: boolean;
}

/** Unfinished actions by state. */
export class UnfinishedCounts {
  @ApiProperty({ example: 12 })
  received!: number;

  @ApiProperty({ example: 64 })
  enriching!: number;

  @ApiProperty({ example: 7 })
  calling_back!: number;
}

/** The queue as this process sees it. */
export class QueueState {
  @ApiProperty({ enum: ['embedded', 'postgres', 'redis'], example: 'redis' })
  kind!: QueueKind;

  @ApiProperty()
  connected!: boolean;
}

/** An error of IMS about a credential, with the callbacks that wait for it. */
export class RefusedCredential {
  @ApiProperty({
    type: String,
    nullable: true,
    example: '1234567890ABCDEF@AdobeOrg',
    description: 'Null: the credential of ADOBE_*, which may speak for many',
  })
  imsOrgId!: string | null;

  @ApiProperty({ example: 'invalid_scope', description: 'The error that IMS named, or a name of this service' })
  error!: string;

  @ApiProperty({ example: 12, description: 'Callbacks that wait for it; counting stops at 10000' })
  waiting!: number;

  @ApiProperty({
    example: 'set ADOBE_SCOPES to the scopes that the Developer Console lists for the credential, and restart',
  })
  remedy!: string;
}

/** A mistake in the folder of services. */
export class DefinitionProblem {
  @ApiProperty({ example: 'services/email-validation.yaml' })
  file!: string;

  @ApiProperty({ example: 'pipeline[0].timeout', description: 'The key, or line:column; empty for the whole file' })
  path!: string;

  @ApiProperty({ example: 'must be a time like 500ms, 5s or 2m' })
  reason!: string;

  @ApiProperty({ example: 'write e.g. 5s' })
  remedy!: string;
}

/** A folder that was not taken over: the version before stays in force. */
export class RefusedDefinitions {
  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;

  @ApiProperty({ type: [DefinitionProblem], description: 'At most 100; the log has all of them' })
  problems!: DefinitionProblem[];
}

/** A version that was replaced, and that actions still keep to. */
export class EarlierDefinitions {
  @ApiProperty({ example: '9f8e7d6c5b4a' })
  version!: string;

  @ApiProperty({ example: 12, description: 'Actions of this process that keep to it' })
  actions!: number;
}

/** The definitions that this process serves. */
export class ServedDefinitions {
  @ApiProperty({ example: '3f2a9c01d4e5', description: 'The same in every process that serves the same definitions' })
  version!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'Since when this process serves them' })
  since!: Date;

  @ApiProperty({ enum: ['watch', 'signal', 'off'], example: 'watch', description: 'SERVICES_RELOAD' })
  reload!: string;

  @ApiProperty({ type: [EarlierDefinitions] })
  earlier!: EarlierDefinitions[];

  @ApiProperty({ type: RefusedDefinitions, nullable: true, description: 'Null while the folder says what is served' })
  refused!: RefusedDefinitions | null;
}

/** A process that lives, and the version of the definitions that it serves. */
export class ServingProcess {
  @ApiProperty({ example: '0f1e2d3c-4b5a-8697', description: 'New with each start' })
  process!: string;

  @ApiProperty({ example: 'ricochet-worker-7c9d5b6f4-x2x8p' })
  host!: string;

  @ApiProperty({ enum: ['all', 'api', 'worker'], example: 'worker' })
  role!: string;

  @ApiProperty({ example: '3f2a9c01d4e5' })
  version!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  since!: Date;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Since when it finds a mistake in its folder; its log says which one',
  })
  refusedSince!: Date | null;
}

/** How this process is. */
export class ServiceStatus {
  @ApiProperty({ example: VERSION })
  version!: string;

  @ApiProperty({ enum: ['all', 'api', 'worker'], example: 'all' })
  role!: string;

  @ApiProperty({ example: 86_400 })
  uptimeSeconds!: number;

  @ApiProperty()
  draining!: boolean;

  @ApiProperty({ type: QueueState })
  queue!: QueueState;

  @ApiProperty({
    type: UnfinishedCounts,
    nullable: true,
    description: 'Null when Postgres did not answer within a second',
  })
  unfinished!: UnfinishedCounts | null;

  @ApiProperty({
    type: [RefusedCredential],
    nullable: true,
    description:
      'Credentials that IMS refuses, read from the waiting callbacks of every process, and the stored ones that it refused when last asked; null like unfinished',
  })
  refusedCredentials!: RefusedCredential[] | null;

  @ApiProperty({ type: ServedDefinitions })
  definitions!: ServedDefinitions;

  @ApiProperty({
    type: [ServingProcess],
    nullable: true,
    description: 'Every process that has reported within half a minute; null like unfinished',
  })
  processes!: ServingProcess[] | null;

  @ApiProperty({ type: [ServiceSummary] })
  services!: ServiceSummary[];
}

import { ApiProperty } from '@nestjs/swagger';

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
  @ApiProperty({ enum: ['embedded', 'redis'], example: 'redis' })
  kind!: 'embedded' | 'redis';

  @ApiProperty()
  connected!: boolean;
}

/** An error of IMS about a credential, with the callbacks that wait for it. */
export class RefusedCredential {
  @ApiProperty({ example: 'invalid_scope', description: 'The error that IMS named, or a name of this service' })
  error!: string;

  @ApiProperty({ example: 12, description: 'Callbacks that wait for it; counting stops at 10000' })
  waiting!: number;

  @ApiProperty({
    example: 'set ADOBE_SCOPES to the scopes that the Developer Console lists for the credential, and restart',
  })
  remedy!: string;
}

/** How this process is. */
export class ServiceStatus {
  @ApiProperty({ example: '0.1.0' })
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
    description: 'Credentials that IMS refuses, read from the waiting callbacks of every process; null like unfinished',
  })
  refusedCredentials!: RefusedCredential[] | null;

  @ApiProperty({ type: [ServiceSummary] })
  services!: ServiceSummary[];
}

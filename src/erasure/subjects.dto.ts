import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { ACTION_STATES, type ActionState } from '../actions/action-state.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.js';
import { IsPlainText } from '../http/field-rules.js';
import { PageQuery } from '../http/page-query.dto.js';

const ID = '01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10';
const HELD = ['stored', 'erased'] as const;

/** Whether content is still there; erased by an order, or by retention. */
type Held = (typeof HELD)[number];

/** The relation of an action to the subject. */
export const SUBJECT_ROLES = Object.freeze(['entity', 'member', 'leftBehind'] as const);
export type SubjectRole = (typeof SUBJECT_ROLES)[number];

/** The subject to look for. */
export class FindSubjectQuery extends PageQuery {
  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg', description: 'The IMS organisation, or the id of a client' })
  @IsPlainText()
  @IsString({ message: 'must be given once' })
  tenant!: string;

  @ApiProperty({ example: '1000001', description: 'Id of the lead, person or account, as its digits or text' })
  @IsPlainText()
  @IsString({ message: 'must be given once' })
  entityId!: string;
}

/** One attempt of a delivery. */
export class SubjectAttempt {
  @ApiProperty({ example: 1 })
  number!: number;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({ type: Number, nullable: true, example: 200, description: 'Null: no answer' })
  status!: number | null;

  @ApiProperty({
    enum: ['stored', 'none'],
    example: 'none',
    description: 'Excerpt, headers or the body of this very request; none: they were not kept, or were erased',
  })
  content!: 'stored' | 'none';
}

/** One delivery, and what is left of it. */
export class SubjectDelivery {
  @ApiProperty({ format: 'uuid', example: ID })
  deliveryId!: string;

  @ApiProperty({ example: 'companies' })
  channel!: string;

  @ApiProperty({
    enum: ['action', 'bridge', 'conversation'],
    example: 'bridge',
    description: 'bridge: an event made from the action; conversation: another call that tells its results',
  })
  madeBy!: 'action' | 'bridge' | 'conversation';

  @ApiProperty({ example: ID })
  eventId!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'delivered' })
  status!: DeliveryStatus;

  @ApiProperty({ enum: HELD, example: 'stored' })
  body!: Held;

  @ApiProperty({ type: [SubjectAttempt] })
  attempts!: SubjectAttempt[];
}

/** The result of an asynchronous call. */
export class SubjectResult {
  @ApiProperty({ format: 'uuid', example: ID, description: 'The RequestID of the call' })
  requestId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  createdAt!: Date;
}

/** One action about the subject, and what was made from it. */
export class SubjectAction {
  @ApiProperty({ format: 'uuid', example: ID })
  requestId!: string;

  @ApiProperty({ example: 'contact-quality' })
  service!: string;

  @ApiProperty({ enum: ['lead', 'account', 'accountPerson', 'batch'], example: 'lead' })
  objectType!: string;

  @ApiProperty({
    enum: SUBJECT_ROLES,
    example: 'entity',
    description:
      'entity: the action is about it; member: it is among the people or objects; leftBehind: erased, except for what its deliveries hold',
  })
  role!: SubjectRole;

  @ApiProperty({ enum: ACTION_STATES, example: 'completed' })
  state!: ActionState;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;

  @ApiProperty({ enum: HELD, example: 'stored', description: 'The request' })
  payload!: Held;

  @ApiProperty({ type: [SubjectResult] })
  resultMessages!: SubjectResult[];

  @ApiProperty({ type: [SubjectDelivery] })
  deliveries!: SubjectDelivery[];
}

/** A call that has not been started yet. */
export class SubjectCall {
  @ApiProperty({ format: 'uuid', example: ID, description: 'The RequestID of the call' })
  requestId!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  receivedAt!: Date;
}

/** An order to erase the subject. */
export class SubjectErasure {
  @ApiProperty({ format: 'uuid', example: ID })
  jobId!: string;

  @ApiProperty({ enum: ['running', 'done'], example: 'done' })
  state!: 'running' | 'done';

  @ApiProperty({ type: String, format: 'date-time' })
  requestedAt!: Date;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt!: Date | null;
}

/** How much a page shows. */
export class SubjectCounts {
  @ApiProperty({ example: 3 })
  actions!: number;

  @ApiProperty({ example: 2, description: 'Requests that are still stored' })
  payloads!: number;

  @ApiProperty({ example: 5 })
  deliveries!: number;

  @ApiProperty({ example: 4, description: 'Bodies that are still stored' })
  bodies!: number;

  @ApiProperty({ example: 6 })
  attempts!: number;

  @ApiProperty({ example: 1, description: 'Attempts with an excerpt, headers or a request body' })
  attemptContents!: number;

  @ApiProperty({ example: 0 })
  resultMessages!: number;

  @ApiProperty({ example: 0 })
  unstartedCalls!: number;
}

/** An organisation or a client of which something may be held. */
export class SubjectTenant {
  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg' })
  tenant!: string;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Of a client; null: an organisation' })
  name!: string | null;
}

/** The organisations and clients that are known. */
export class SubjectTenantList {
  @ApiProperty({ type: [SubjectTenant] })
  items!: SubjectTenant[];

  @ApiProperty({ example: true, description: 'False: there are more than 200 organisations or clients' })
  complete!: boolean;
}

/** A page of what is held about a person or an account, the newest action first. Add the counts of all pages. */
export class SubjectPage {
  @ApiProperty({
    example: true,
    description:
      'False: no organisation or client of this name is known, so that nothing found says nothing of the person',
  })
  tenantKnown!: boolean;

  @ApiProperty({ type: SubjectCounts, description: 'Of this page' })
  counts!: SubjectCounts;

  @ApiProperty({ type: [SubjectAction] })
  items!: SubjectAction[];

  @ApiProperty({ type: [SubjectCall], description: 'Only on the first page' })
  unstartedCalls!: SubjectCall[];

  @ApiProperty({ type: [SubjectErasure], description: 'The newest 20, only on the first page' })
  erasures!: SubjectErasure[];

  @ApiProperty({ example: false, description: 'Deliveries, attempts or calls beyond 2,000 are left out of this page' })
  truncated!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    example: ID,
    description: 'Null on the last page. A page may be short, or empty, and have another after it',
  })
  nextCursor!: string | null;
}

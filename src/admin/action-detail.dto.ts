import { ApiProperty } from '@nestjs/swagger';
import { ACTION_STATES } from '../actions/action-state.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../delivery/delivery.js';
import { WAIT_SENTENCES, type WaitKind } from '../delivery/destination-wait.js';
import { ActionListItem } from './list-actions.dto.js';

/** The cause of an attempt: the schedule, an administrator, a recovery, or a test. */
const TRIGGERS = ['auto', 'manual', 'bulk', 'test'];

/** One move of an action; `note` has the reason of an unusual one. */
export class HistoryEntry {
  @ApiProperty({ type: String, format: 'date-time' })
  at!: Date;

  @ApiProperty({ enum: ACTION_STATES, example: 'calling_back' })
  from!: string;

  @ApiProperty({ enum: ACTION_STATES, example: 'undeliverable' })
  to!: string;

  @ApiProperty({ type: String, nullable: true, example: 'answered 404' })
  note!: string | null;
}

/** The outcome of one step of the pipeline. */
export class StepView {
  @ApiProperty({ example: 'email' })
  step!: string;

  @ApiProperty({
    enum: ['ok', 'failed', 'skipped'],
    example: 'ok',
    description:
      'skipped with errorCode TIMEOUT: there was no time left. skipped without a code: the step was not to run, because of ' +
      'its condition or its waterfall; reason says which',
  })
  outcome!: string;

  @ApiProperty({ example: 12, description: 'Milliseconds' })
  ms!: number;

  @ApiProperty({ type: String, required: false, example: 'EXTERNAL_API_ERROR' })
  errorCode?: string;

  @ApiProperty({ type: String, required: false })
  reason?: string;

  @ApiProperty({
    type: String,
    required: false,
    example: 'employees',
    description: 'Of a step of a waterfall: the field that it found, and with it the end of the search',
  })
  found?: string;

  @ApiProperty({
    type: String,
    required: false,
    description: 'Key of the provider, if the step has another name',
  })
  provider?: string;

  @ApiProperty({
    type: [String],
    required: false,
    example: ['emailStatus', 'emailType'],
    description:
      'Names of the fields that this step wrote into the result. Fields of an account beside its people begin with ' +
      'accountData, attributes with activityData. With several people or objects: written for at least one of them',
  })
  wrote?: readonly string[];

  @ApiProperty({
    type: [String],
    required: false,
    description:
      'Names of fields that the write policy left out although the step found a value: that of the request stays',
  })
  kept?: readonly string[];

  @ApiProperty({ type: Number, required: false, description: 'How many people of an account the step failed for' })
  peopleFailed?: number;

  @ApiProperty({ type: Number, required: false, description: 'How many objects of a batch the step failed for' })
  subjectsFailed?: number;
}

/** The beginning of an answer's body; base64 when it is not UTF-8. */
export class ExcerptView {
  @ApiProperty({ enum: ['text', 'base64'], example: 'text' })
  encoding!: 'text' | 'base64';

  @ApiProperty({ example: '{"error":"unknown callback"}' })
  content!: string;
}

/** Milliseconds; only a new connection has the single parts. */
export class TimingView {
  @ApiProperty({ example: 84 })
  totalMs!: number;

  @ApiProperty({ type: Number, nullable: true, example: 3 })
  dnsMs!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 11 })
  connectMs!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 25 })
  tlsMs!: number | null;

  @ApiProperty({ type: Number, nullable: true, example: 80 })
  firstByteMs!: number | null;
}

/** One request to a receiver and its outcome. */
export class AttemptView {
  @ApiProperty({ example: 1 })
  number!: number;

  @ApiProperty({ enum: TRIGGERS, example: 'auto' })
  trigger!: string;

  @ApiProperty({ description: 'The process had lost the delivery to another one, so this answer did not count' })
  fenced!: boolean;

  @ApiProperty({ type: String, format: 'date-time' })
  startedAt!: Date;

  @ApiProperty({
    example: 'https://developer.example.com/callbacks',
    description: 'The URL of this attempt, without its query. The registration may have moved since',
  })
  url!: string;

  @ApiProperty({ type: TimingView })
  timing!: TimingView;

  @ApiProperty({ type: String, nullable: true, example: '203.0.113.7' })
  resolvedIp!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 404, description: 'Null when no answer came' })
  status!: number | null;

  @ApiProperty({ type: String, nullable: true, example: 'client_error' })
  errorClass!: string | null;

  @ApiProperty({ type: String, nullable: true })
  error!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, nullable: true })
  headers!: Readonly<Record<string, string>> | null;

  @ApiProperty({ type: ExcerptView, nullable: true })
  excerpt!: ExcerptView | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Milliseconds that the receiver asked us to wait' })
  retryAfterMs!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextAttemptAt!: Date | null;
}

/** A callback and every attempt at it. Its body is not shown: it holds personal data. */
export class DeliveryView {
  @ApiProperty({ format: 'uuid' })
  deliveryId!: string;

  @ApiProperty({ example: 'adobe' })
  channel!: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, example: 'dead' })
  status!: DeliveryStatus;

  @ApiProperty({ description: 'The same on every attempt and resend' })
  eventId!: string;

  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({
    example: 'https://platform.adobe.io/callback/1',
    description: 'URL of the last or next attempt, without its query, because that may hold a key',
  })
  url!: string;

  @ApiProperty({ example: 'application/json' })
  contentType!: string;

  @ApiProperty({ type: Number, nullable: true, example: 512, description: 'Null once the body was removed' })
  bodyBytes!: number | null;

  @ApiProperty({ example: 3, description: 'Attempts so far, over all schedules' })
  attemptNumber!: number;

  @ApiProperty({ enum: TRIGGERS, example: 'auto', description: 'Cause of the next attempt, or of the last one' })
  nextTrigger!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Null unless it is pending' })
  nextAttemptAt!: Date | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  expiresAt!: Date | null;

  @ApiProperty({
    example: 0,
    description: 'How often a process ended while it was under way: first among others, then among suspects or alone',
  })
  crashCount!: number;

  @ApiProperty({
    example: 0,
    description: 'Answers of 2xx that came while it ran alone, also those not recorded as attempts',
  })
  answered2xx!: number;

  @ApiProperty({ type: Number, nullable: true, example: 404 })
  lastStatus!: number | null;

  @ApiProperty({ type: String, nullable: true })
  lastError!: string | null;

  @ApiProperty({
    enum: Object.keys(WAIT_SENTENCES),
    nullable: true,
    type: String,
    description: 'The trouble of its destination that a pending delivery waits for at this moment; null: none',
  })
  waitsFor!: WaitKind | null;

  @ApiProperty({ type: [AttemptView] })
  attempts!: AttemptView[];
}

/** All facts about one action, for the person on call. */
export class ActionDetail extends ActionListItem {
  @ApiProperty({
    example:
      'The callback was given up after one attempt because the receiver answered 404. It is not sent again by itself. Send it again only if the journey and its step still exist.',
    description: 'Short sentences: what happened, what happens next by itself, what to do, and which steps failed',
  })
  explanation!: string;

  @ApiProperty({ description: 'Whether the request is still stored; without it the action cannot be enriched again' })
  hasPayload!: boolean;

  @ApiProperty({
    description:
      'How often a process ended while this action was under way: first among others, then among suspects or alone',
  })
  crashCount!: number;

  @ApiProperty({ type: [HistoryEntry] })
  history!: HistoryEntry[];

  @ApiProperty({ type: [StepView] })
  steps!: StepView[];

  @ApiProperty({ type: [DeliveryView] })
  deliveries!: DeliveryView[];
}

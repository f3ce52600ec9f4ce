import type { JsonObject } from '../../http/json-body.js';
import { readDto, refuseProblems } from '../../http/read-dto.js';
import type { RequestProblem } from '../../http/request-error.js';
import type { EqpEvent, MalwareScanEvent, StatusUpdateEvent } from './eqp-event.js';
import { type EqpStatus, MalwareScanInfo, PublishEqpEvent, StatusUpdateInfo } from './eqp-event.dto.js';
import { readMoment } from './eqp-time.js';

interface InfoReading {
  readonly event: (mageId: string) => EqpEvent;
  readonly problems: readonly RequestProblem[];
}

/**
 * Reads an event that enters: its envelope, then what its kind asks for.
 * @throws RequestError 422 naming everything that is wrong with either.
 */
export async function readEqpEvent(body: JsonObject): Promise<EqpEvent> {
  const { value, problems } = await readDto(PublishEqpEvent, body);
  const info = await readInfo(value);
  refuseProblems(422, [...problems, ...(info?.problems ?? [])]);
  if (info === null) throw new Error('an event without problems has no update_info');
  return info.event(value.mage_id);
}

/** Null when there is nothing to read, or its kind is unknown: that is a problem of the envelope. */
async function readInfo({ callback_event: kind, update_info: plain }: PublishEqpEvent): Promise<InfoReading | null> {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return null;
  switch (kind) {
    case 'malware_scan_complete': {
      const { value, problems } = await readDto(MalwareScanInfo, plain);
      return { event: (mageId) => toMalwareScan(mageId, value), problems: problems.map(below) };
    }
    case 'eqp_status_update': {
      const { value, problems } = await readDto(StatusUpdateInfo, plain);
      return {
        event: (mageId) => toStatusUpdate(mageId, value),
        problems: [...problems, ...disagreement(value)].map(below),
      };
    }
    default:
      return null;
  }
}

function below(problem: RequestProblem): RequestProblem {
  return { ...problem, field: `update_info.${problem.field}` };
}

/** The status is said twice; only where both are known values can they disagree. */
function disagreement({
  eqp_flow: flow,
  current_status: current,
  eqp_status: status,
}: StatusUpdateInfo): RequestProblem[] {
  const expected = (status as Partial<EqpStatus> | null | undefined)?.[flow];
  if (typeof expected !== 'string' || typeof current !== 'string' || expected === current) return [];
  return [{ field: 'current_status', message: `must equal eqp_status.${flow}` }];
}

function toMalwareScan(mageId: string, info: MalwareScanInfo): MalwareScanEvent {
  return {
    callbackEvent: 'malware_scan_complete',
    mageId,
    fileUploadId: info.file_upload_id,
    passed: info.tool_result === 'passed' || info.tool_result === 'pass',
    submissionIds: info.submission_ids ?? null,
    modifiedAt: momentOf(info),
  };
}

function toStatusUpdate(mageId: string, info: StatusUpdateInfo): StatusUpdateEvent {
  return {
    callbackEvent: 'eqp_status_update',
    mageId,
    submissionId: info.submission_id,
    itemId: info.item_id ?? null,
    flow: info.eqp_flow,
    currentStatus: info.current_status,
    status: info.eqp_status,
    modifiedAt: momentOf(info),
  };
}

function momentOf({ modified_at: moment }: { modified_at?: string | null }): string | null {
  return moment == null ? null : readMoment(moment);
}

import type { EqpStatus } from './eqp-event.dto.js';
import type { EqpFlow, MarketingStatus, TechnicalStatus } from './eqp-values.js';

/** A file was scanned; null leaves what is known of its submissions. */
export interface MalwareScanEvent {
  readonly callbackEvent: 'malware_scan_complete';
  readonly mageId: string;
  readonly fileUploadId: string;
  readonly passed: boolean;
  readonly submissionIds: readonly string[] | null;
  /** As on the wire; null: now. */
  readonly modifiedAt: string | null;
}

/** A submission moved. */
export interface StatusUpdateEvent {
  readonly callbackEvent: 'eqp_status_update';
  readonly mageId: string;
  readonly submissionId: string;
  readonly itemId: string | null;
  readonly flow: EqpFlow;
  readonly currentStatus: TechnicalStatus | MarketingStatus;
  readonly status: EqpStatus;
  /** As on the wire; null: now. */
  readonly modifiedAt: string | null;
}

/** The events that users are called back about. */
export type EqpEvent = MalwareScanEvent | StatusUpdateEvent;

/** The bytes that every callback of the user gets. */
export function renderEqpEvent(event: EqpEvent, modifiedAt: string): string {
  return JSON.stringify({ callback_event: event.callbackEvent, update_info: infoOf(event, modifiedAt) });
}

function infoOf(event: EqpEvent, modifiedAt: string): object {
  switch (event.callbackEvent) {
    case 'malware_scan_complete':
      return {
        file_upload_id: event.fileUploadId,
        tool_result: event.passed ? 'passed' : 'failed',
        modified_at: modifiedAt,
      };
    case 'eqp_status_update': {
      const { overall, technical, marketing } = event.status;
      return {
        submission_id: event.submissionId,
        ...(event.itemId !== null && { item_id: event.itemId }),
        eqp_flow: event.flow,
        current_status: event.currentStatus,
        eqp_status: { overall, technical, marketing },
        modified_at: modifiedAt,
      };
    }
    default:
      return event satisfies never;
  }
}

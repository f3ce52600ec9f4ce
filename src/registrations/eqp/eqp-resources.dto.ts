import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { EqpStatus } from './eqp-event.dto.js';
import type { MalwareStatus } from './eqp-values.js';

/** The known state of a file. */
export class FileUpload {
  @ApiProperty({ example: '2309480238.238475.0' }) file_upload_id!: string;
  @ApiProperty({ enum: ['pass', 'fail', 'in-progress'], example: 'pass' }) malware_status!: MalwareStatus;
  @ApiProperty({ type: [String], example: ['s5w9k703ru'] }) submission_ids!: string[];
}

/** The known state of a submission. */
export class EqpPackage {
  @ApiProperty({ example: 's5w9k703ru' }) submission_id!: string;
  @ApiPropertyOptional({ example: 'user_upload_version_1', description: 'Left out while no event has named it' })
  item_id?: string;
  @ApiProperty({ type: EqpStatus }) eqp_status!: EqpStatus;
  @ApiProperty({ example: '2026-11-21 19:20:21', description: 'UTC' }) modified_at!: string;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { WAIT_SENTENCES, type WaitKind } from '../delivery/destination-wait.js';

/** How to send again. */
export class ResendRequest {
  @ApiPropertyOptional({
    default: false,
    example: true,
    description: 'Send also a delivery that was delivered, was cancelled, or is past its time',
  })
  @IsOptional()
  @IsBoolean({ message: 'must be true or false' })
  force?: boolean;
}

/** A delivery that will be sent again. */
export class ResendReceipt {
  @ApiProperty({ format: 'uuid' })
  deliveryId!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Null when no action owns the delivery' })
  requestId!: string | null;

  @ApiProperty({ enum: ['pending'], example: 'pending' })
  status!: 'pending';
}

/** A pending delivery that is due now. */
export class TryNowReceipt {
  @ApiProperty({ format: 'uuid' })
  deliveryId!: string;

  @ApiProperty({ enum: ['pending'], example: 'pending' })
  status!: 'pending';

  @ApiProperty({ format: 'uuid' })
  destinationId!: string;

  @ApiProperty({
    enum: Object.keys(WAIT_SENTENCES),
    nullable: true,
    type: String,
    description: 'The trouble of its destination that it still waits for; null: none, so it is sent within seconds',
  })
  waitsFor!: WaitKind | null;
}

import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';

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

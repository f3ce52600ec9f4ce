import { ApiProperty } from '@nestjs/swagger';

/** Where our requests come from. */
export class EgressView {
  @ApiProperty({ type: [String], example: ['203.0.113.7'], description: 'EGRESS_IPS; empty: not configured' })
  addresses!: string[];
}

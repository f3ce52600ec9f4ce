import { ApiProperty } from '@nestjs/swagger';
import { ADMIN_ROLES, type AdminRole } from '../security/admin-roles.js';

/** The key that a request goes by, and the session if it does. */
export class AdminSessionView {
  @ApiProperty({ example: 'night shift', description: 'The name of the key; env: of ADMIN_API_KEYS' }) name!: string;
  @ApiProperty({ enum: ADMIN_ROLES, example: 'operator' }) role!: AdminRole;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'To send as X-CSRF-Token with every change; null: the request goes by a key',
  })
  csrfToken!: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'The latest end of the session; it ends 30 minutes after its last use, too',
  })
  endsAt!: Date | null;
}

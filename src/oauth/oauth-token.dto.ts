import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The fields of a request for a token, in a form or in JSON; others are ignored. */
export class OAuthTokenRequest {
  @ApiProperty({ enum: ['client_credentials'], example: 'client_credentials' })
  grant_type!: string;

  @ApiPropertyOptional({
    example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11',
    description: 'Needed unless the credentials come by Basic authentication',
  })
  client_id?: string;

  @ApiPropertyOptional({ example: 'kN4hF9xW2…', description: 'As client_id' })
  client_secret?: string;

  @ApiPropertyOptional({ example: '', description: 'Accepted and ignored: there are no scopes' })
  scope?: string;
}

/** A token: send it as `Authorization: Bearer`. */
export class OAuthTokenAnswer {
  @ApiProperty({ example: 'eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', example: 900, description: 'Seconds it lives' })
  expires_in!: number;
}

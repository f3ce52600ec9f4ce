import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The body of a request for a token; other fields are ignored. */
export class AsyncTokenRequest {
  @ApiProperty({ enum: ['client_credentials'], example: 'client_credentials' })
  grant_type!: string;

  @ApiProperty({ example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' })
  client_id!: string;

  @ApiProperty({ example: 'kN4hF9xW2…' })
  client_secret!: string;

  @ApiPropertyOptional({ example: '12345', description: 'Accepted and ignored: a client has one account' })
  account_id?: string;

  @ApiPropertyOptional({ example: 'list_and_subscribers_read', description: 'Accepted and ignored' })
  scope?: string;
}

/** A token; send it in the `fueloauth` element of the SOAP header. */
export class AsyncTokenAnswer {
  @ApiProperty({ example: 'q7mB4mKZ0jmcW1vDYlHVvXk3mN0H3oLkq2YkqRrZ5xA' })
  access_token!: string;

  @ApiProperty({ enum: ['Bearer'], example: 'Bearer' })
  token_type!: 'Bearer';

  @ApiProperty({ example: 1_200, description: 'Seconds it lives' })
  expires_in!: number;

  @ApiProperty({
    example: 'list_and_subscribers_read list_and_subscribers_write',
    description: 'The same for every token',
  })
  scope!: string;

  @ApiProperty({ example: 'https://ricochet.example.com/', description: 'Append Service.asmx' })
  soap_instance_url!: string;

  @ApiProperty({ example: 'https://ricochet.example.com/' })
  rest_instance_url!: string;
}

/** The same, as older clients ask. */
export class LegacyTokenRequest {
  @ApiProperty({ example: '0198f0c2-7a55-7cc0-9a44-5f2f0c3f6d11' })
  clientId!: string;

  @ApiProperty({ example: 'kN4hF9xW2…' })
  clientSecret!: string;
}

/** The same, as older clients read it. */
export class LegacyTokenAnswer {
  @ApiProperty({ example: 'q7mB4mKZ0jmcW1vDYlHVvXk3mN0H3oLkq2YkqRrZ5xA' })
  accessToken!: string;

  @ApiProperty({ example: 1_200, description: 'Seconds it lives' })
  expiresIn!: number;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsOneOf } from '../../http/one-of.js';

const ACCESS = Object.freeze(['allow', 'deny'] as const);
const SOURCES = Object.freeze(['rule', 'environment', 'credential', 'nothing'] as const);

/** A rule for an organisation and a service. */
export class PutTenant {
  @ApiProperty({
    enum: ACCESS,
    example: 'deny',
    description: 'deny: requests of the organisation are answered 403; those accepted before are called back',
  })
  @IsOneOf(ACCESS)
  access!: (typeof ACCESS)[number];
}

/** How a service stands to an organisation. */
export class TenantView {
  @ApiProperty({ example: '1234567890ABCDEF@AdobeOrg' })
  imsOrgId!: string;

  @ApiProperty({ enum: ACCESS, example: 'allow' })
  access!: (typeof ACCESS)[number];

  @ApiProperty({
    enum: SOURCES,
    example: 'environment',
    description:
      'Why: a rule of an administrator, ADOBE_IMS_ORG_IDS (in development any organisation), a stored credential, or nothing',
  })
  source!: (typeof SOURCES)[number];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null, description: 'Of the rule' })
  updatedAt!: Date | null;
}

/** The organisations that a service knows. */
export class TenantList {
  @ApiProperty({ example: 'email-validation' })
  apiName!: string;

  @ApiProperty({ enum: ACCESS, example: 'deny', description: 'For organisations that are not among the items' })
  others!: (typeof ACCESS)[number];

  @ApiProperty({ type: [TenantView], description: 'By organisation' })
  items!: TenantView[];
}

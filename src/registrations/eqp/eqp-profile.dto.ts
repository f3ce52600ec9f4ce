import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PLAIN_TEXT } from './eqp-values.js';
import { describeUnstorable } from './storable-json.js';

type Rule = (target: object, key: string) => void;

function combine(...rules: readonly (PropertyDecorator | Rule)[]): Rule {
  return (target, key) => rules.forEach((rule) => rule(target, key));
}

const plain = (max: number): Rule =>
  combine(
    // The first that fails is what the writer is told: the type comes first.
    IsString({ message: 'must be a string' }),
    MaxLength(max, { message: `must have at most ${max} characters` }),
    Matches(PLAIN_TEXT, { message: 'must be text without control characters' }),
  );

const Text = (example: string): Rule =>
  combine(ApiPropertyOptional({ type: String, nullable: true, example }), IsOptional(), plain(1024));

const Flag = (): Rule =>
  combine(
    ApiPropertyOptional({ type: Boolean, nullable: true }),
    IsOptional(),
    IsBoolean({ message: 'must be true or false' }),
  );

const Count = (): Rule =>
  combine(
    ApiPropertyOptional({ type: Number, nullable: true }),
    IsOptional(),
    IsNumber({}, { message: 'must be a number' }),
  );

/** A part of the profile that is kept as it came; on an update its members are merged. */
const Section = (): Rule =>
  combine(
    ApiPropertyOptional({ type: 'object', additionalProperties: true, nullable: true }),
    IsOptional(),
    ValidateBy({
      name: 'isSection',
      validator: {
        validate: (value) => describeUnstorable(value) === null,
        defaultMessage: (args) => describeUnstorable(args?.value) ?? 'is not valid',
      },
    }),
  );

/** A list that is kept as it came; an update replaces it. Some clients send one object instead of a list. */
const List = (): Rule =>
  combine(
    ApiPropertyOptional({
      anyOf: [
        { type: 'array', items: {} },
        { type: 'object', additionalProperties: true },
      ],
      nullable: true,
    }),
    IsOptional(),
    ValidateBy({
      name: 'isKeptList',
      validator: {
        validate: (value) => describeUnstorable({ value: value as unknown }) === null && typeof value === 'object',
        defaultMessage: (args) =>
          describeUnstorable({ value: args?.value as unknown }) ?? 'must be a list or an object',
      },
    }),
  );

/** The profile, as far as a user or an administrator may write it. */
export class ProfileFields {
  @Text('ABC1234@AdobeID') adobe_user_id?: string | null;
  @Text('John') first_name?: string | null;
  @Text('Smith') last_name?: string | null;
  @Text('jsmith@example.com') email?: string | null;
  @Text('Agent Smith') screen_name?: string | null;
  @Flag() has_completed_profile?: boolean | null;
  @Flag() has_accepted_tos?: boolean | null;
  @Section() profile_image_artifact?: object | null;
  @Flag() send_newsletter?: boolean | null;
  @Text('1.0') tos_accepted_version?: string | null;
  @Text('2018-11-16 01:23:45') tos_accepted_date?: string | null;
  @Flag() is_company?: boolean | null;
  @Text('johnsmith') vendor_name?: string | null;
  @Count() partner_level?: number | null;
  @Text('en-US') locale?: string | null;
  @Text('UTC') timezone?: string | null;
  @Count() payment_type?: number | null;
  @Text('{}') payment_info?: string | null;
  @Count() taxpayer_type?: number | null;
  @Count() tax_review_status?: number | null;
  @Count() tax_withhold_percent?: number | null;
  @Count() extension_share_percent?: number | null;
  @Count() theme_share_percent?: number | null;
  @Count() install_share_percent?: number | null;
  @Count() support_share_percent?: number | null;
  @Text('https://www.example.com/privacy') privacy_policy_url?: string | null;
  @Section() personal_profile?: object | null;
  @Section() company_profile?: object | null;
  @Section() eqp_api?: object | null;
  @Flag() show_extension_workflow?: boolean | null;
  @Flag() show_theme_workflow?: boolean | null;
  @List() organizations?: unknown[] | object | null;
}

/** One place to call back. The password is never returned. */
export class CallbackEntry {
  @ApiPropertyOptional({ type: String, nullable: true, example: 'My 1st EQP Callback' })
  @IsOptional()
  @plain(255)
  name?: string | null;

  @ApiProperty({ example: 'https://developer.example.com/rest/v1/callback', description: 'https only' })
  @IsString({ message: 'must be a string' })
  url!: string;

  @ApiProperty({ example: 'key' })
  @Matches(/^[^:]*$/, { message: 'must not contain a colon: Basic authentication has no place for it' })
  @MinLength(1, { message: 'must not be empty' })
  @plain(255)
  username!: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'secret',
    writeOnly: true,
    description: 'Left out: the stored one of the same url and username',
  })
  @IsOptional()
  @MinLength(1, { message: 'must not be empty: leave it out to keep the stored one' })
  @plain(1024)
  password?: string | null;
}

/** The changes of a user; fields left out stay as they are. */
export class ProfileUpdate extends ProfileFields {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'MAG123456789',
    description: 'May be sent back, cannot be changed',
  })
  @IsOptional()
  @plain(255)
  mage_id?: string | null;

  @ApiPropertyOptional({ type: String, enum: ['submit', 'draft'], nullable: true, example: 'submit' })
  @IsOptional()
  @IsIn(['submit', 'draft'], { message: 'must be submit or draft' })
  action?: 'submit' | 'draft' | null;

  @ApiPropertyOptional({ type: [CallbackEntry], maxItems: 1000, description: 'Replaces the whole list; [] removes it' })
  // null is neither "as it is" nor "none": refused.
  @ValidateIf((_, value) => value !== undefined)
  @ValidateNested({ each: true })
  @Type(() => CallbackEntry)
  @IsArray({ message: 'must be a list' })
  api_callbacks?: CallbackEntry[];
}

/** A registered callback as it is shown. */
export class ShownCallback extends OmitType(CallbackEntry, ['password']) {}

/** The answer of `style=summary`. */
export class ProfileSummary {
  @ApiProperty({ example: 'MAG123456789' }) mage_id!: string;
  @ApiProperty({ type: String, nullable: true, example: 'ABC1234@AdobeID' }) adobe_user_id!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'John' }) first_name!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Smith' }) last_name!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'jsmith@example.com' }) email!: string | null;
  @ApiProperty({ type: String, nullable: true, example: 'Agent Smith' }) screen_name!: string | null;
  @ApiProperty({ example: true }) has_completed_profile!: boolean;
  @ApiProperty({ example: true }) has_accepted_tos!: boolean;
}

/** Every field of {@link ProfileSummary} but the id. */
const SUMMARY_FIELDS = [
  'adobe_user_id',
  'first_name',
  'last_name',
  'email',
  'screen_name',
  'has_completed_profile',
  'has_accepted_tos',
] as const;

/** A whole profile; beyond the summary it shows the fields a user has written. */
export class Profile extends IntersectionType(ProfileSummary, OmitType(ProfileFields, SUMMARY_FIELDS)) {
  @ApiProperty({ type: [ShownCallback] })
  api_callbacks!: ShownCallback[];
}

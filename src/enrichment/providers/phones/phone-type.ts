import type { PhoneLibrary, PhoneNumber, PhoneType } from './phone-library.js';

/** The library's knowledge of a numbering plan, beyond the names of its types. */
interface PlanMetadata {
  nationalNumberPattern(): string;
  type(name: PhoneType): TypeMetadata | undefined;
}

interface TypeMetadata {
  /** Empty when it is another type's pattern too. */
  pattern(): string | undefined;
  possibleLengths(): readonly number[] | undefined;
}

/** Numbers of one type: their lengths, undefined for any, and their pattern. */
interface TypeRange {
  readonly type: PhoneType;
  readonly lengths: readonly number[] | undefined;
  readonly pattern: RegExp;
}

interface TypePlan {
  readonly all: RegExp;
  readonly ranges: readonly TypeRange[];
  readonly mobile: TypeRange | undefined;
  /** Whether fixed lines and mobiles have the same numbers, as in North America. */
  readonly isFixedOrMobile: boolean;
}

/** In the library's order: the first that fits is a number's type. */
const TYPES: readonly PhoneType[] = [
  'FIXED_LINE',
  'MOBILE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
];

/** By country or calling code: some 250 at most. */
const plans = new Map<string, TypePlan>();

/**
 * The type of a number, undefined when it is in no known range: `getType()` with patterns that are compiled once. The
 * library builds each pattern, up to 5 kB of text, anew for every number.
 */
export function typeOfNumber(number: PhoneNumber, library: PhoneLibrary): PhoneType | undefined {
  const { all, ranges, mobile, isFixedOrMobile } = planOf(number.country ?? number.countryCallingCode, library);
  const { nationalNumber } = number;
  if (!all.test(nationalNumber)) return undefined;
  const type = ranges.find((range) => isIn(range, nationalNumber))?.type;
  if (type !== 'FIXED_LINE') return type;
  const isBoth = isFixedOrMobile || (mobile !== undefined && isIn(mobile, nationalNumber));
  return isBoth ? 'FIXED_LINE_OR_MOBILE' : type;
}

function isIn({ lengths, pattern }: TypeRange, digits: string): boolean {
  return (lengths === undefined || lengths.includes(digits.length)) && pattern.test(digits);
}

function planOf(region: string, library: PhoneLibrary): TypePlan {
  const known = plans.get(region);
  if (known !== undefined) return known;
  const plan = compilePlan(region, library);
  plans.set(region, plan);
  return plan;
}

function compilePlan(region: string, library: PhoneLibrary): TypePlan {
  const metadata = new library.Metadata();
  metadata.selectNumberingPlan(region as Parameters<typeof metadata.selectNumberingPlan>[0]);
  const plan = metadata.numberingPlan as unknown as PlanMetadata;
  const ranges = TYPES.flatMap((type): TypeRange[] => {
    const found = plan.type(type);
    const pattern = found?.pattern();
    if (found === undefined || pattern === undefined || pattern === '') return [];
    return [{ type, lengths: found.possibleLengths(), pattern: whole(pattern) }];
  });
  const mobile = plan.type('MOBILE');
  return {
    all: whole(plan.nationalNumberPattern()),
    ranges,
    mobile: ranges.find(({ type }) => type === 'MOBILE'),
    isFixedOrMobile: mobile === undefined || mobile.pattern() === '',
  };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

import type * as phoneNumbers from 'libphonenumber-js/max';

/** The part of libphonenumber-js (build with the metadata for number types) this service uses. */
export type PhoneLibrary = Pick<
  typeof phoneNumbers,
  'parsePhoneNumberFromString' | 'isSupportedCountry' | 'getCountryCallingCode' | 'Metadata'
>;

/** The country that a number without a country code is read in, as the library knows it. */
export type PhoneRegion = phoneNumbers.CountryCode;

/** A number as the library parsed it. */
export type PhoneNumber = phoneNumbers.PhoneNumber;

/** Kind of range a number is in. */
export type PhoneType = phoneNumbers.PhoneNumberType;

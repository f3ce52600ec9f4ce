import { isStateCodeOf } from './country-places.js';

/** Reserved for the United Kingdom; the European Union's for Greece; the World Bank's for Kosovo. */
const SAME_RANK: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR', XKX: 'XK' };

// Codes of the IOC and FIFA not assigned by ISO 3166-1. CHI, NIG and others that readers take for two countries are
// left out.
const OTHER_CODES: ReadonlyMap<string, string> = new Map(
  (
    'GER DE,NED NL,SUI CH,DEN DK,GRE GR,CRO HR,POR PT,BUL BG,SLO SI,LAT LV,RSA ZA,KSA SA,UAE AE,IRI IR,' +
    'INA ID,MAS MY,PHI PH,VIE VN,TPE TW,CAM KH,MYA MM,NEP NP,SRI LK,BAN BD,KUW KW,PLE PS,ALG DZ,LBA LY,NGR NG,TAN TZ,ZAM ZM,' +
    'ZIM ZW,BOT BW,ANG AO,MTN MR,MRI MU,TOG TG,GAM GM,SEY SC,URU UY,PAR PY,CRC CR,GUA GT,HON HN,ESA SV,NCA NI,HAI HT,PUR PR,' +
    'BAR BB,BIZ BZ,ARU AW,BER BM,CAY KY,IVB VG,ISV VI,FIJ FJ,VAN VU,SOL SB,TGA TO,SAM WS,ASA AS,KOS XK,ENG GB,SCO GB,WAL GB,' +
    'NIR GB,MON MC'
  )
    .split(',')
    .map((pair): [string, string] => [pair.slice(0, 3), pair.slice(4)]),
);

/** Calling codes of one or two digits: "44" alone is more often a calling code than the Bahamas. */
const CALLING_CODES = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 ' +
    '92 93 94 95 98'
  ).split(' '),
);
// "non-US" and "ex-UK" are no locales.
const NO_LANGUAGES = new Set('non not ex in un all any our out pre via the'.split(' '));
const ONLY_LETTERS = /^[a-z]*$/i;
const INITIALS = /^\p{L}(?:[.\s]+\p{L})+\.?$/u;

/** Reads codes of countries: ISO 3166-1 in its three forms, locales, ISO 3166-2, flags, and codes of other registers. */
export class CountryCodes {
  constructor(private readonly byCode: ReadonlyMap<string, string>) {}

  /** A text that is a code of ISO 3166-1, a locale, a flag, or UK or EL. @returns alpha-2, null when it is none. */
  read(text: string): string | null {
    if (text.length === 2 || text.length === 3) {
      if (/^\d+$/.test(text)) return this.readNumber(text);
      // "No" with a capital is an answer; registers write NO or no.
      return text === 'No' ? null : this.readLetters(text.toUpperCase());
    }
    if (/^\d$/.test(text)) return this.readNumber(text);
    if (text.length > 30 || ONLY_LETTERS.test(text)) return null;
    if (INITIALS.test(text)) return this.readLetters(text.replace(/[.\s]/gu, '').toUpperCase());
    return readFlag(text, this) ?? this.readLocale(text);
  }

  /** Two or three letters, in capitals. */
  readLetters(code: string): string | null {
    return this.byCode.get(code) ?? SAME_RANK[code] ?? null;
  }

  /** Codes of sports federations, which yield to names: "SAM" is also Irish for the United States. */
  readOther(text: string): string | null {
    return text.length === 3 ? (OTHER_CODES.get(text.toUpperCase()) ?? null) : null;
  }

  private readNumber(digits: string): string | null {
    if (CALLING_CODES.has(digits)) return null;
    return this.byCode.get(digits.padStart(3, '0')) ?? null;
  }

  private readRegion(language: string, region: string): string | null {
    return NO_LANGUAGES.has(language) ? null : this.readLetters(region.toUpperCase());
  }

  /** "de-DE", "zh_Hant_TW", "PT-BR" are locales, "US-NY" and "GB-ENG" are places of ISO 3166-2. */
  private readLocale(text: string): string | null {
    const locale = /^([a-z]{2,3})[-_](?:[A-Z][a-z]{3}[-_])?([A-Z]{2}|[a-z]{2})$/u.exec(text);
    if (locale !== null) return this.readRegion(locale[1] ?? '', locale[2] ?? '');
    const [, first = '', second = ''] = /^([A-Z]{2})[-_]([A-Z0-9]{1,3})$/.exec(text) ?? [];
    const country = this.readLetters(first);
    const other = second.length === 2 ? this.readLetters(second) : null;
    if (country === null) return other;
    if (other === null || other === country) return country;
    return isStateCodeOf(second, country) ? country : null;
  }
}

/** 🇩🇪 is DE; the flags of England, Scotland and Wales are those of GB. */
function readFlag(text: string, codes: CountryCodes): string | null {
  if (
    /^\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}$/u.test(
      text,
    )
  )
    return 'GB';
  const letters = /^([\u{1F1E6}-\u{1F1FF}])([\u{1F1E6}-\u{1F1FF}])$/u.exec(text);
  if (letters === null) return null;
  return codes.readLetters(letters.slice(1).map(letterOfFlag).join(''));
}

function letterOfFlag(half: string): string {
  return String.fromCharCode((half.codePointAt(0) ?? 0) - 0x1f1e6 + 65);
}

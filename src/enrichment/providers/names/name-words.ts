import { wordsOf } from '../word-lists.js';

// Words around names, by hand (December 2026), in the spelling `bare` leaves: small letters, no dots, no apostrophes.
/** Titles that no person is called. */
export const TITLES = wordsOf(
  `mr mrs ms miss mx mstr messrs dr drs dra prof professor sir madam madame mme mmes mlle mlles monsieur messieurs
  mademoiselle docteur docteure maître monseigneur herr frau fräulein frl hr doktor señor señora señorita sr sra sres srta
  sta señorito profesor profesora doctor doctora doutor doutora professora profa exmo exma senhor senhora dhr mevr mw mej
  mevrouw meneer mijnheer ir signor signora signorina sigra signa dott dottssa dottore dottoressa avv geom profssa
  fru fröken frøken herra rouva neiti pán paní slečna mgr judr mudr phdr rndr mvdr paeddr thdr inž gospod gospa
  gospodin gospođa gđa gđica gdin dna dnul dl doamna domnul özv ifj capt sgt cpl cmdr lt rev shri smt
  encik puan shrimati profesör doçdr doktore xatun dipl-ing dipl-kfm dipl-inf dipl-psych dipl-phys
  d-ro d-ino s-ro s-ino engº engª arqª advª enfª profª técª kundze
  sayın
  κύριος κυρία κος κα δρ δόκτορ
  г-н г-жа господин госпожа гражданин доктор профессор профессорка проф д-р м-р г-дин г-ѓа г-ца доц
  السيد السيدة سيد سيدة آنسة الآنسة دكتور دكتورة الدكتور الدكتورة الأستاذ الأستاذة المهندس المهندسة بروفيسور د
  آقای خانم دکتر ڈاکٹر محترم محترمہ جناب کاک خاتو دادە
  מר גברת גב דר עוד פרופ
  श्री श्रीमती डॉ นาย นาง นางสาว ดร นพ พญ ผศดร รศดร ბატონი ქალბატონი ბ-ნი ქ-ნი`,
);

/** Titles that are also given names, family names or initials: each needs evidence. */
export const TITLES_OR_NAMES = wordsOf(
  `m me fr fra don dn doña dona dame lord lady father mother brother sister br bishop pastor rabbi imam judge justice
  captain col colonel lieutenant maj major gen general sergeant adm admiral hon honorable honourable reverend master
  ing mag sig pan pani bay bayan arch arq lic mtro mtra eng téc enf adv pr doc g haji hajjah hajji tuan bapak
  datuk dato datin heer bc ga gđ kak univ gräfin graf freiherr пан пані пани г`,
);

/** Where a language settles it; elsewhere a dot or two more words do. */
export const TITLES_BY_LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  m: ['fr'],
  me: ['fr'],
  don: ['es', 'it'],
  dn: ['es'],
  doña: ['es'],
  dona: ['pt'],
  pan: ['pl'],
  pani: ['pl'],
  bay: ['tr'],
  bayan: ['tr'],
  g: ['hr'],
  ga: ['hr'],
  gđ: ['hr'],
};

/** They go with a given name: "Sir Elton", "Doña María". */
export const TITLES_OF_GIVEN = wordsOf('sir dame don doña dona dn lord lady father mother brother sister fra');

/** They count only after another title: "Dr. med. dent.", "univ. dipl. inž.", "Tan Sri". */
export const TITLE_FOLLOWERS = wordsOf(
  'med rer nat pol oec phil jur iur dent vet theol techn sc hc habil mult dipl univ agr sri seri',
);

/** Titles that some countries write after the name. */
export const TITLES_AFTER = wordsOf(
  `ing dr prof mgr lic mtro dipl-ing dipl-kfm dipl-inf dipl-psych diplom mag arq avv dott csc drsc ml st проф доц докт канд`,
);

/** Suffixes that no person is called. */
export const SUFFIXES = wordsOf(
  `jr jnr snr sr ii iii iv viii xii xiii xiv xvi xvii xviii esq esquire phd mba msc bsc emba mphil dphil llb llm cpa pmp dds dvm cfa cissp dba edd psyd
  facp frcs frcp bcom mcom btech mtech csc drsc 2nd 3rd 4th k-dze kundze`,
);

/** Degrees and numerals that are also names. */
export const SUFFIXES_OR_NAMES = wordsOf(
  'md obe mbe cbe kbe beng meng ma ba bs ms jd pe rn do dd i v vi vii ix x xi ed ca cma bed',
);

/** Words that join two people. */
export const CONJUNCTIONS = wordsOf('& + and und et y e i en och og ja und');

/** Words of pronouns, in the languages that put them behind a name. */
export const PRONOUNS = wordsOf(
  `she her hers he him his they them their theirs ze zir zirs xe xem hir it its any all pronouns sie ihr ihre er ihm ihn sein dey
  denen elle elles il lui iel ella ellos él ellx hij hem zijn zij haar die hen hun hon hans henne han hende lei lui loro
  ela dela ele dele elu delu`,
);

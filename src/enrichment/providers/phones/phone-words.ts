// Words that people write beside a phone number, by hand, lower case, NFKC. A dot behind a word may follow or not.

/** Words for "phone", its kinds and its places, in front of a number or behind it. */
export const LABEL_WORDS: readonly string[] = (
  'telephone|telephon|telefon|telefonnummer|telefoon|telefoonnummer|telefone|telefono|teléfono|téléphone|tel|tél|' +
  'tlf|tfn|tlfn|phone|phone number|phone no|ph|fon|call|call me at|cell|cellphone|cell phone|cellular|cellulare|' +
  'celular|cel|cell no|mobile|mobile phone|mobil|mobiltelefon|mobilnummer|mobilní|mob|móvil|movil|móv|telemóvel|' +
  'tlm|mobiel|mobilny|komórka|kom|mobilni|handy|handynummer|portable|port|gsm|natel|kännykkä|puh|puhelin|matkapuhelin|' +
  'rufnummer|rückruf|festnetz|zentrale|büro|privat|geschäftlich|dienstlich|arbeit|work|office|home|house|business|' +
  'direct|direct line|direct dial|main|switchboard|reception|desk|bureau|domicile|fixe|standard|casa|oficina|trabajo|' +
  'fijo|fisso|ufficio|centralino|escritório|comercial|residencial|whatsapp|whats app|wa|signal|viber|telegram|' +
  'τηλ|τηλέφωνο|κιν|κινητό|тел|телефон|моб|мобильный|мобильный телефон|мобільний|сот|сотовый|раб|рабочий|дом|домашний|' +
  'городской|電話|電話番号|電話號碼|电话|电话号码|手机|手機|手机号|手机号码|座机|固定電話|携帯|携帯電話|' +
  '直通|代表|전화|전화번호|휴대폰|핸드폰|휴대전화|직통|대표|대표전화|هاتف|الهاتف|رقم الهاتف|جوال|الجوال|موبايل|محمول|تلفن|' +
  'موبایل|همراه|تلفن همراه|טלפון|טל|נייד|फ़ोन|फोन|मोबाइल|दूरभाष|โทร|โทรศัพท์|มือถือ|điện thoại|sđt|đt|di động|số|telp|' +
  'telepon|hp|no hp|telefonu|cep|cep telefonu|cep tel|iş|ev|telefonszám|mobilszám|tel číslo|telefón|telefonas|tālrunis|' +
  'no|nr|num|number|nummer|numero|número|numéro|номер|番号|号码|t|m|p|h|w|o|c|d'
).split('|');

/** Words that say that what follows is no phone of the person. */
export const FAX_WORDS: readonly string[] =
  'fax|f|telefax|téléfax|telecopie|télécopie|faks|факс|φαξ|ファックス|ファクス|fax番号|传真|傳真|팩스|فاكس|فکس|פקס|โทรสาร'.split(
    '|',
  );

/** Words for the extension behind a switchboard's number. */
export const EXTENSION_WORDS: readonly string[] = (
  'extension|extn|ext|xtn|ex|x|extensión|extensão|extensao|extensió|extensie|durchwahl|durchw|dw|nebenstelle|nebenst|' +
  'nst|klappe|kl|apparat|hausapparat|app|poste|p|poste interne|anexo|anx|anex|interno|interna|internt|int|interior|' +
  'derivato|ramal|rml|r|доб|добавочный|добав|внутр|внутренний|вн|дод|додатковий|вътрешен|вътр|лок|локал|интерна|' +
  '内線|内线|內線|分机|分機|分機號|转|轉|转分机|내선|내선번호|구내|toestel|toestelnummer|tst|toest|doorkiesnummer|doorkies|' +
  'wewn|wew|wewnętrzny|wewnetrzny|w|linka|klapka|kl|mellék|mell|mellek|dahili|dah|anknytning|ankn|anknytn|linje|lokal|' +
  'lokalnummer|lok|alanumero|alanro|εσωτ|εσωτερικό|εσωτερικο|kućni|kucni|שלוחה|تحويلة|التحويلة|تحويله|داخلي|داخلی|' +
  'ต่อ|máy lẻ|số máy lẻ|máy nhánh|sambungan|samb|pesawat|pes|vidinis|vid|iekšējais|iekš|sisenumber|एक्सटेंशन|विस्तार'
).split('|');

/** Words between two numbers of one field. */
export const OR_WORDS: readonly string[] = (
  'or|and|oder|und|bzw|ou|et|o|y|e|of|en|eller|og|och|lub|albo|nebo|vagy|tai|ve|veya|sau|или|и|або|та|ή|または|或|' +
  '和|또는|أو|או|या|หรือ|hoặc|atau'
).split('|');

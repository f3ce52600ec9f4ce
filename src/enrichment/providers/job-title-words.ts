/** How far up a job is, from the top down. */
export const SENIORITIES = Object.freeze([
  'owner',
  'cLevel',
  'vicePresident',
  'director',
  'manager',
  'senior',
  'entry',
  'intern',
] as const);

export type Seniority = (typeof SENIORITIES)[number];

/** What a job is about. */
export const JOB_FUNCTIONS = Object.freeze([
  'executive',
  'security',
  'data',
  'engineering',
  'it',
  'product',
  'marketing',
  'sales',
  'customerService',
  'finance',
  'procurement',
  'hr',
  'legal',
  'operations',
  'design',
  'research',
  'education',
  'healthcare',
] as const);

export type JobFunction = (typeof JOB_FUNCTIONS)[number];

// Words are folded: lower case, no accents. A leading or trailing `*` leaves that end open, which German compounds
// ("vertriebsleiter"), Slavic endings and scripts without spaces need. The first entry that fits wins.

/** Words for seniority, most telling first. */
export const SENIORITY_WORDS: Readonly<Record<Seniority, string>> = {
  intern:
    'intern|internship|trainee|apprentice|student|working student|praktikant*|werkstudent*|auszubildende*|azubi|' +
    'stagiaire|apprenti|alternant*|becari*|practicante|estagiari*|tirocinante|stagista|стажер*|*实习生*|*實習生*|' +
    '*インターン*|*인턴*|متدرب*',
  owner:
    'owner|co owner|founder|co founder|cofounder|proprietor|inhaber*|grunder*|gruender*|fondateur*|fondatrice*|' +
    'cofondateur*|proprietaire|fundador*|dueno|duena|propietari*|socio fundador|fondatore|titolare|eigenaar|' +
    'oprichter|wlasciciel*|основател*|владелец|*创始人*|*創始人*|*創業者*|*창업자*|مؤسس*|المؤسس*',
  cLevel:
    'chief|ceo|cfo|cto|cio|cmo|coo|cso|cro|cpo|chro|cdo|ciso|cco|cxo|president|managing director|geschaftsfuhr*|' +
    'geschaeftsfuehr*|vorstand|vorstands*|vorsitzende*|pdg|president directeur general|directeur general|' +
    'directrice generale|dg|director general|directora general|gerente general|presidente|diretor presidente|' +
    'diretor executivo|amministratore delegato|direttore generale|algemeen directeur|verkstallande direktor|vd|' +
    'adm direktor|prezes|генеральныи директор|генеральный директор|президент|*首席*|*总裁*|*總裁*|*总经理*|' +
    '*總經理*|*董事长*|*董事長*|*社長*|*取締役*|*代表*|*会長*|*대표*|*사장*|*최고*|الرئيس التنفيذي|' +
    'رئيس مجلس الادارة',
  vicePresident:
    'vp|svp|evp|avp|vice president|vizeprasident*|vice presidente|vicepresidente|вице президент|*副总裁*|' +
    '*副總裁*|*副社長*|*부사장*|نائب الرئيس',
  director:
    'director|directora|directeur|directrice|direktor|direktorin|direttore|direttrice|diretor|diretora|head|' +
    'bereichsleit*|hauptabteilungsleit*|dyrektor*|директор*|*总监*|*總監*|*部長*|*本部長*|*이사*|*본부장*|' +
    'مدير عام',
  manager:
    'manager|management|managerin|lead|leader|team lead|teamlead|supervisor|*leiter|*leiterin|leitung|leitende*|' +
    'responsable|chef de|chef|gerente|jefe|jefa|encargad*|coordinador*|coordenador*|responsabile|capo|kierownik*|' +
    'vedouci|начальник*|руководител*|менеджер*|управляющ*|*经理*|*經理*|*主管*|*課長*|*マネージャ*|*リーダー*|' +
    '*과장*|*부장*|*팀장*|*매니저*|مدير*|المدير*',
  senior:
    'senior|sr|principal|staff|expert*|architect*|architekt*|arquitect*|consultant|specialist|spezialist*|' +
    'especialista|specialista|старш*|ведущ*|*高级*|*高級*|*资深*|*主任*|*シニア*|*수석*|*선임*',
  entry:
    'junior|jr|assistant*|assistent*|asistente|assistente|associate|clerk|representative|coordinator|' +
    'administrator|analyst|developer|engineer|designer|accountant|sachbearbeiter*|mitarbeiter*|referent*|' +
    '*entwickler*|ingenieur*|developpeur*|desarrollador*|ingenier*|analista|sviluppatore|inzynier*|инженер*|' +
    'разработчик*|аналитик*|специалист*|*工程师*|*工程師*|*专员*|*助理*|*エンジニア*|*担当*|*사원*|*대리*|' +
    '*개발자*|مهندس*|محلل*',
};

/** Words for functions, most telling first. */
export const FUNCTION_WORDS: Readonly<Record<JobFunction, string>> = {
  security:
    '*security|ciso|infosec|sicherheits*|securite|seguridad|sicurezza|безопасност*|*安全*|*セキュリティ*|*보안*',
  data:
    'data|analytics|bi|business intelligence|machine learning|daten*|donnees|datos|dados|dati|данных|*数据*|' +
    '*數據*|*データ*|*데이터*|cdo',
  procurement:
    'procurement|purchasing|buyer|sourcing|einkauf*|einkaeufer*|achats|acheteu*|compras|comprador*|acquisti|' +
    'inkoop*|закуп*|*采购*|*採購*|*調達*|*購買*|*구매*|مشتريات|المشتريات',
  hr:
    'hr|human resources|people|talent|recruit*|chro|personal|personalleit*|personalreferent*|ressources humaines|' +
    'rh|drh|recursos humanos|rrhh|risorse umane|kadr*|персонал*|кадр*|*人事*|*人力*|*인사*|الموارد البشرية',
  legal:
    'legal|counsel|lawyer|attorney|compliance|privacy|jurist*|rechts*|anwalt|anwaltin|juridique|avocat*|abogad*|' +
    'advogad*|juridic*|legale|юрист*|*法务*|*法務*|*법무*|قانوني*',
  healthcare:
    'nurse|physician|doctor|medical|clinical|arzt|arztin|medecin|infirmier*|medico|enfermer*|врач*|*医生*|*医師*|' +
    '*의사*|طبيب*',
  education:
    'teacher|professor|lecturer|school|education|lehrer*|dozent*|enseignant*|profesor*|docente|преподавател*|' +
    '*教师*|*教授*|*교수*|مدرس*',
  research:
    'research*|scientist|r d|forschung*|entwicklungsleit*|recherche|chercheu*|investigacion|investigador*|' +
    'pesquisa*|ricerca*|исследоват*|*研究*|*연구*',
  customerService:
    'customer|client services|support|service desk|helpdesk|kundenservice|kundendienst|kundenbetreu*|' +
    'service client|atencion al cliente|soporte|servizio clienti|поддержк*|*客服*|*客户服务*|*カスタマー*|*고객*|' +
    'خدمة العملاء',
  product:
    'product|produkt*|produit*|producto*|produto*|prodotto|cpo|продукт*|*产品*|*產品*|*プロダクト*|*상품*|*제품*',
  marketing:
    '*marketing*|cmo|brand|communications|public relations|pr|content|seo|demand generation|growth|campaign*|' +
    'marke|kommunikation*|communication|comunicacion|comunicazione|маркет*|реклам*|*市场*|*市場*|*营销*|*行銷*|' +
    '*マーケ*|*宣伝*|*마케팅*|تسويق|التسويق',
  sales:
    'sales|account executive|account manager|key account*|business development|bdr|sdr|cro|revenue|vertrieb*|' +
    'verkauf*|verkaeuf*|commercial*|ventes|vente|ventas|vendas|vendedor*|comercial|vendite|commerciale|verkoop*|' +
    'sprzedaz*|продаж*|*销售*|*銷售*|*営業*|*영업*|مبيعات|المبيعات',
  finance:
    '*finance*|financial|cfo|account|accounting|accountant|controller|controlling|treasur*|audit*|tax|finanz*|' +
    'buchhalt*|comptab*|daf|finanzas|financier*|contador*|contabil*|financeir*|finanza|contabile|finans*|' +
    'ksiegow*|финанс*|бухгалтер*|*财务*|*財務*|*会计*|*會計*|*経理*|*재무*|*회계*|مالي*|المالي*|محاسب*',
  design:
    'design|designer|ux|ui|creative|gestalter*|grafik*|graphiste|disenador*|diseno|grafico|дизайн*|*设计*|*設計*|' +
    '*デザイン*|*디자인*|مصمم*',
  it:
    'it|cio|information technology|information systems|system admin*|sysadmin|administrator|infrastructure|' +
    'network|cloud|informatik*|edv|systemadministrator*|dsi|informatique|informatica|sistemas|' +
    'системн* администратор*|информационн*|*情报*|*信息*|*資訊*|*情報*|*システム*|*전산*|تقنية المعلومات',
  engineering:
    'engineer|engineering|developer|software|cto|devops|architect|programmer|technical|technology|*entwickler*|' +
    'ingenieur*|softwareentwicklung|technik*|technisch*|developpeur*|technique|ingenier*|desarrollador*|' +
    'engenheir*|desenvolvedor*|sviluppatore|ingegnere|tecnico|inzynier*|программист*|разработ*|инженер*|технич*|' +
    '*工程*|*技术*|*技術*|*开发*|*エンジニア*|*開発*|*개발*|*기술*|مهندس*|مبرمج*',
  operations:
    'operations|operational|coo|logistics|supply chain|production|manufacturing|plant|facility|warehouse|project|' +
    'program|betrieb*|produktion*|logistik*|*projekt*|operation*|logistique|operaciones|logistica|proyecto*|' +
    'produccion|operacoes|producao|operazioni|produzione|операц*|логист*|производств*|*运营*|*營運*|*物流*|' +
    '*生产*|*運営*|*생산*|*운영*|عمليات|العمليات',
  executive:
    'ceo|chief executive*|president|founder|co founder|owner|managing director|chairman|chairwoman|chair|board|' +
    'general manager|geschaftsfuhr*|geschaeftsfuehr*|vorstand*|inhaber*|pdg|directeur general|' +
    'directrice generale|director general|directora general|gerente general|fundador*|fondateur*|presidente|' +
    'amministratore delegato|direttore generale|генеральныи директор|генеральный директор|основател*|*总裁*|' +
    '*總裁*|*总经理*|*董事*|*创始人*|*社長*|*代表*|*대표*|*사장*|الرئيس التنفيذي',
};

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider } from '../provider-conformance.js';
import { JobTitleProvider } from './job-title.provider.js';
import { readJobTitle } from './job-titles/job-title.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new JobTitleProvider();

describe('JobTitleProvider', () => {
  it.each([
    ['CEO', 'cLevel', 'executive', 'decisionMaker'],
    ['Chief Marketing Officer', 'cLevel', 'marketing', 'decisionMaker'],
    ['C.E.O.', 'cLevel', 'executive', 'decisionMaker'],
    ['Founder & CEO', 'owner', 'executive', 'decisionMaker'],
    ['President', 'cLevel', 'executive', 'decisionMaker'],
    ['Vice President of Sales', 'vicePresident', 'sales', 'decisionMaker'],
    ['SVP, Global Marketing', 'vicePresident', 'marketing', 'decisionMaker'],
    ['Head of Data', 'director', 'data', 'influencer'],
    ['Director of Engineering', 'director', 'engineering', 'influencer'],
    ['Managing Director', 'cLevel', 'executive', 'decisionMaker'],
    ['Marketing Manager', 'manager', 'marketing', 'influencer'],
    ['Account Manager', 'senior', 'sales', 'practitioner'],
    ['Senior Software Engineer', 'senior', 'engineering', 'practitioner'],
    ['Software Developer', 'entry', 'engineering', 'practitioner'],
    ['Marketing Intern', 'intern', 'marketing', 'practitioner'],
    ['Assistant to the CEO', 'entry', undefined, 'practitioner'],
    ['Executive Assistant to the President', 'entry', undefined, 'practitioner'],
    ['IT Administrator', 'entry', 'it', 'practitioner'],
    ['CISO', 'cLevel', 'security', 'decisionMaker'],
    ['Geschäftsführer', 'cLevel', 'executive', 'decisionMaker'],
    ['Geschäftsführerin', 'cLevel', 'executive', 'decisionMaker'],
    ['Vertriebsleiter', 'manager', 'sales', 'influencer'],
    ['Leiterin Einkauf', 'manager', 'procurement', 'influencer'],
    ['Bereichsleiter Marketing', 'director', 'marketing', 'influencer'],
    ['Werkstudent Marketing', 'intern', 'marketing', 'practitioner'],
    ['Sachbearbeiter Buchhaltung', 'entry', 'finance', 'practitioner'],
    ['Softwareentwickler', 'entry', 'engineering', 'practitioner'],
    ['Directeur des ressources humaines', 'director', 'hr', 'influencer'],
    ['Directrice générale', 'cLevel', 'executive', 'decisionMaker'],
    ['Responsable des achats', 'manager', 'procurement', 'influencer'],
    ['Director de Ventas', 'director', 'sales', 'influencer'],
    ['Gerente de Compras', 'manager', 'procurement', 'influencer'],
    ['Amministratore delegato', 'cLevel', 'executive', 'decisionMaker'],
    ['Responsabile vendite', 'manager', 'sales', 'influencer'],
    ['Diretor Financeiro', 'director', 'finance', 'influencer'],
    ['Генеральный директор', 'cLevel', 'executive', 'decisionMaker'],
    ['Директор по маркетингу', 'director', 'marketing', 'influencer'],
    ['Главный бухгалтер', 'manager', 'finance', 'influencer'],
    ['Менеджер по продажам', 'senior', 'sales', 'practitioner'],
    ['总经理', 'cLevel', 'executive', 'decisionMaker'],
    ['市场总监', 'director', 'marketing', 'influencer'],
    ['销售经理', 'manager', 'sales', 'influencer'],
    ['軟體工程師', 'entry', 'engineering', 'practitioner'],
    ['代表取締役社長', 'cLevel', 'executive', 'decisionMaker'],
    ['営業部長', 'director', 'sales', 'influencer'],
    ['マーケティングマネージャー', 'manager', 'marketing', 'influencer'],
    ['영업 팀장', 'manager', 'sales', 'influencer'],
    ['대표이사', 'cLevel', 'executive', 'decisionMaker'],
    ['مدير المبيعات', 'manager', 'sales', 'influencer'],
    ['الرئيس التنفيذي', 'cLevel', 'executive', 'decisionMaker'],
  ])('reads %s as %s, %s, %s', async (jobTitle, jobSeniority, jobFunction, jobPersona) => {
    const fields = await fieldsOf(provider, { jobTitle });
    expect([fields.jobSeniority, fields.jobFunction, fields.jobPersona]).toEqual([
      jobSeniority,
      jobFunction,
      jobPersona,
    ]);
    expect(fields.jobTitleStatus).toBe('recognized');
  });

  it.each([
    // Compounds mean what their parts do not.
    ['Product Owner', 'senior', 'product'],
    ['Salesforce Product Owner', 'senior', 'product'],
    ['Business Process Owner', 'senior', 'operations'],
    ['System Owner', 'senior', 'it'],
    ['Business Owner', 'owner', 'executive'],
    ['Owner-operator', 'owner', 'executive'],
    ['Pet owner', undefined, undefined],
    ['Founding Engineer', 'senior', 'engineering'],
    ["Founder's Associate", 'entry', undefined],
    ['Chairman of the Board', 'cLevel', 'executive'],
    ['Department Chair', 'director', 'education'],
    ['Director of Photography', 'senior', 'design'],
    ['Director of Student Affairs', 'director', 'education'],
    ['Student Advisor', 'entry', 'education'],
    ['Internship Coordinator', 'entry', 'hr'],
    ['Internal Auditor', 'entry', 'finance'],
    ['International Sales Manager', 'manager', 'sales'],
    ['Lead Generation Specialist', 'entry', 'sales'],
    ['Data Protection Officer', 'entry', 'legal'],
    ['Data Entry Clerk', 'entry', 'operations'],
    ['Chief Petty Officer', 'entry', undefined],
    ['Chief of Staff', 'director', 'executive'],
    ['Chief Engineer', 'manager', 'engineering'],
    ['Head Nurse', 'manager', 'healthcare'],
    ['Head Hunter', 'entry', 'hr'],
    ['Head Gardener', 'manager', undefined],
    ['Managing Editor', 'manager', 'marketing'],
    ['CEO in training', 'intern', undefined],
    ['Directeur de thèse', 'senior', 'education'],
    ['Rechtsreferendarin', 'intern', 'legal'],
    ['医院院长', 'director', 'healthcare'],
    ['法院院长', 'director', 'legal'],
    ['法学院院长', 'director', 'education'],
    // A ministry's secretary and a mayor are no office workers and no foremen; a lead in a play leads no people.
    ['Secretary of State', undefined, undefined],
    ['Deputy Secretary of Defense', undefined, undefined],
    ['U.S. Secretary of the Treasury', undefined, undefined],
    ['Permanent Secretary', undefined, undefined],
    ['Secretary', 'entry', undefined],
    ['Ambassador of France', undefined, undefined],
    ['Brand Ambassador', 'entry', 'marketing'],
    ['Oberbürgermeisterin', undefined, undefined],
    ['Lead Singer', undefined, undefined],
    // A wish and a marriage are no office.
    ['Aspiring CEO', undefined, undefined],
    ['Wannabe founder', undefined, undefined],
    ['Future CEO', undefined, undefined],
    ['Head of Future Mobility', 'director', undefined],
    ['Angehende Geschäftsführerin', undefined, undefined],
    ['Wife of the CEO', undefined, undefined],
    ['Épouse du PDG', undefined, undefined],
    ['Femme de ménage', undefined, undefined],
    // A manager of accounts, projects or partners leads no people.
    ['Project Manager', 'senior', 'operations'],
    ['Account Director', 'director', 'sales'],
    ['Account Executive', 'entry', 'sales'],
    ['Channel Partner Manager', 'senior', 'sales'],
    ['HR Business Partner', 'senior', 'hr'],
    ['Talent Recruitment Partner', 'senior', 'hr'],
    ['Partner', 'owner', 'executive'],
    ['Tax Partner', 'owner', 'finance'],
    ['Store Manager', 'manager', 'sales'],
    ['Office Manager', 'senior', 'operations'],
    ['Lead Developer', 'senior', 'engineering'],
    ['Team Lead', 'manager', undefined],
    ['Principal Engineer', 'senior', 'engineering'],
    ['School Principal', 'director', 'education'],
    // An assistant works for the one the title names.
    ['Assistant to the CEO', 'entry', undefined],
    ['PA to the Board of Directors', 'entry', undefined],
    ['Assistant to the Sales Director', 'entry', 'sales'],
    ['Assistenz der Geschäftsführung', 'entry', undefined],
    ['Vorstandsassistentin', 'entry', undefined],
    ['Assistante du PDG', 'entry', undefined],
    ['Asistente del Director General', 'entry', undefined],
    ['Asystentka Prezesa', 'entry', undefined],
    ['总经理助理', 'entry', undefined],
    ['社長秘書', 'entry', undefined],
    ['대표이사 비서', 'entry', undefined],
    ['Assistant Director', 'manager', undefined],
    ['Assistant Vice President', 'manager', undefined],
    // Deputies and those who act for another.
    ['Deputy CEO', 'vicePresident', 'executive'],
    ['Deputy Chairman', 'cLevel', 'executive'],
    ['Deputy Director', 'director', undefined],
    ['Acting CFO', 'cLevel', 'finance'],
    ['stellv. Geschäftsführer', 'vicePresident', 'executive'],
    ['Directeur général adjoint', 'vicePresident', 'executive'],
    ['副总经理', 'vicePresident', 'executive'],
    // Of two titles the higher one, with the field that is named.
    ['CEO & Founder', 'owner', 'executive'],
    ['CTO / Co-Founder', 'owner', 'engineering'],
    ['Professor, Director of the Institute', 'director', 'education'],
    ['Geschäftsführer + Berater + Designer', 'cLevel', 'executive'],
    ['取締役営業部長', 'cLevel', 'sales'],
    ['Chief Product and Technology Officer', 'cLevel', 'product'],
    ['ex-CEO, now Advisor', 'senior', undefined],
    // A company's name is no field.
    ['Founder at DataWorks Marketing Ltd', 'owner', 'executive'],
    ['Vorstandsvorsitzender der Kick-Media AG', 'cLevel', 'executive'],
    ["Owner, Bella's Bakery", 'owner', 'executive'],
  ])('reads the compound or pair %s as %s, %s', async (jobTitle, jobSeniority, jobFunction) => {
    const fields = await fieldsOf(provider, { jobTitle });
    expect([fields.jobSeniority, fields.jobFunction]).toEqual([jobSeniority, jobFunction]);
  });

  it.each([
    ['Prokurist', 'director', 'executive'],
    ['Gesamtleiterin Personal (m/w/d)', 'manager', 'hr'],
    ['Leiter/in Einkauf', 'manager', 'procurement'],
    ['LeiterIn Vertrieb', 'manager', 'sales'],
    ['Mitarbeiter*in Marketing', 'entry', 'marketing'],
    ['Gebietsverkaufsleiter', 'manager', 'sales'],
    ['IT-Teamleiter', 'manager', 'it'],
    ['Betriebsratsvorsitzender', undefined, undefined],
    ['Chef·fe de projet', 'senior', 'operations'],
    ['Chargé(e) de mission', 'entry', undefined],
    ['Directeur.rice marketing', 'director', 'marketing'],
    ['DAF', 'director', 'finance'],
    ['DSI', 'director', 'it'],
    ['DRH', 'director', 'hr'],
    ['Gérant', 'cLevel', 'executive'],
    ['Titular', 'owner', 'executive'],
    ['Profesor Titular', 'senior', 'education'],
    ['Director Técnico', 'director', 'engineering'],
    ['Técnico', 'entry', 'engineering'],
    ['Administrador único', 'cLevel', 'executive'],
    ['Administrador de Sistemas', 'entry', 'it'],
    ['Commercialista', 'senior', 'finance'],
    ['Sócio-gerente', 'owner', 'executive'],
    ['Dona de casa', undefined, undefined],
    ['Directeur a.i.', 'director', undefined],
    ['Hoofd P&O', 'manager', 'hr'],
    ['Zastępca kierownika działu', 'manager', undefined],
    ['Wiceprezes zarządu ds. finansowych', 'vicePresident', 'finance'],
    ['Chef på avdelningen', 'manager', undefined],
    ['HR-chef', 'manager', 'hr'],
    ['Genel Müdür Yardımcısı', 'vicePresident', 'executive'],
    ['销售代表', 'entry', 'sales'],
    ['客户经理', 'senior', 'sales'],
    ['实习生主管', 'manager', undefined],
    ['部长', 'director', undefined],
    ['经理', 'manager', undefined],
    ['経理', undefined, 'finance'],
    ['經理', 'manager', undefined],
    ['会长', 'cLevel', 'executive'],
    ['ＣＥＯ／代表取締役', 'cLevel', 'executive'],
    ['영업 대표', 'entry', 'sales'],
  ])('knows the usage of the language: %s is %s, %s', async (jobTitle, jobSeniority, jobFunction) => {
    const fields = await fieldsOf(provider, { jobTitle });
    expect([fields.jobSeniority, fields.jobFunction]).toEqual([jobSeniority, jobFunction]);
  });

  it.each(['Marketing', 'Einkauf', 'Ressources humaines', 'Logistyka', '销售部', '経理'])(
    'says neither seniority nor persona where %s names a field alone',
    async (jobTitle) => {
      const fields = await fieldsOf(provider, { jobTitle });
      expect(Object.keys(fields).sort()).toEqual(['jobFunction', 'jobTitleStatus']);
    },
  );

  it.each([
    'Former CEO',
    'Ex-VP Sales',
    'Retired CFO',
    'Geschäftsführer a.D.',
    'Ancien PDG',
    '前总经理',
    '元社長',
    '전 대표이사',
  ])('says nothing of today where %s names a former office', async (jobTitle) => {
    expect(await fieldsOf(provider, { jobTitle })).toEqual({ jobTitleStatus: 'unrecognized' });
  });

  it('reads any text of 200 characters in a moment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { seniority, persona } = readJobTitle(text);
        expect(persona === null).toBe(seniority === null);
      }),
    );
    const worst = ['leiter'.repeat(33), '/in'.repeat(60), '部'.repeat(200), 'a.'.repeat(100), 'chief & '.repeat(25)];
    const started = performance.now();
    for (let round = 0; round < 20; round++) worst.forEach(readJobTitle);
    expect((performance.now() - started) / (20 * worst.length)).toBeLessThan(20);
  });

  it.each(['Wizard', 'xyz', '🧙', 12, 10n ** 20n, true, {}, [], 'q'.repeat(10_000), 'Directory', 'Vicente', 'Itaca'])(
    'does not recognize junk value %#',
    async (jobTitle) => {
      expect(await fieldsOf(provider, { jobTitle })).toEqual({ jobTitleStatus: 'unrecognized' });
    },
  );

  it.each([null, '', '-', 'N/A'])('calls %j missing', async (jobTitle) => {
    expect(await fieldsOf(provider, { jobTitle })).toEqual({ jobTitleStatus: 'missing' });
  });

  it('reads the title of a field the settings name', async () => {
    expect(await fieldsOf(provider, { role: 'CFO' }, { from: ['position', 'role'] })).toMatchObject({
      jobFunction: 'finance',
    });
  });
});

describeEnrichmentProvider(
  () => new JobTitleProvider(),
  [
    { name: 'a lead', entity: lead({ jobTitle: 'VP Marketing' }), settings: {} },
    { name: 'an account', entity: account({ contactTitle: 'Leiter IT' }), settings: { from: 'contactTitle' } },
    { name: 'a buying group', entity: group({}, { jobTitle: 'CEO' }, {}, { title: '社長' }), settings: {} },
  ],
);

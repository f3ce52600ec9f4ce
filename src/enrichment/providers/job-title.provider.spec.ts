import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider } from '../provider-conformance.js';
import { JobTitleProvider } from './job-title.provider.js';
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
    ['Главный бухгалтер', undefined, 'finance', 'practitioner'],
    ['Менеджер по продажам', 'manager', 'sales', 'influencer'],
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

/** German, Dutch and Swedish titles, and the commonest Danish and Norwegian words. Made by hand, 2026-11. The form stands in title-lexicon.ts. */
export const GERMAN = `
owner executive1: *inhaber, *inhaberin, *grunder, *grunderin, grundungsmitglied, gruender, gruenderin, gesellschafter, gesellschafterin, geschaftsfuhrender gesellschafter, geschaftsfuhrende gesellschafterin, gesellschafter geschaftsfuhrer, eigentumer, eigentumerin, einzelunternehmer, unternehmer, unternehmerin, mitgrunder, co grunder, geschaftsfuhrender inhaber, alleininhaber, alleingesellschafter
owner: selbststandig, selbstandig, selbststandige, selbststandiger, selbstandiger, selbstandige, selbststandiger unternehmensberater, selbstandiger unternehmensberater
cLevel executive0: *geschaftsfuhrer, *geschaftsfuhrerin, *geschaeftsfuehrer, *geschaeftsfuehrerin, geschaftsfuhrung, geschaftsfuehrung, gf, *geschaftsleiter, *geschaftsleiterin, geschaftsleitung, mitglied der geschaftsleitung, mitglied der geschaftsfuhrung, vorsitzender der geschaftsfuhrung, vorsitzende der geschaftsfuhrung, sprecher der geschaftsfuhrung, geschaftsfuhrender direktor, generaldirektor, generaldirektorin, generalbevollmachtigter, mitglied der geschaeftsleitung, geschaftsfuhrend, geschaftsfuhrende, geschaftsfuhrender vorstand
board executive0: *vorstand, *vorstandin, *vorstandsvorsitzender, *vorstandsvorsitzende, *vorstandsmitglied, mitglied des vorstands, mitglied des vorstandes, sprecher des vorstands, vorsitzender des vorstands, vorsitzende des vorstands, *aufsichtsrat, *aufsichtsratsvorsitzender, *aufsichtsratsvorsitzende, aufsichtsratsmitglied, mitglied des aufsichtsrats, vorsitzender des aufsichtsrats, vorsitzende des aufsichtsrats, verwaltungsrat, verwaltungsratin, verwaltungsratsprasident, verwaltungsratsprasidentin, mitglied des verwaltungsrats, beirat, *vorsitzender, *vorsitzende, prasident, prasidentin, stiftungsrat, konzernvorstand
cLevel hr: arbeitsdirektor, arbeitsdirektorin
cLevel finance3: kaufmannischer geschaftsfuhrer, kaufmannische geschaftsfuhrerin
cLevel engineering3: technischer geschaftsfuhrer, technische geschaftsfuhrerin
vicePresident: vizeprasident, vizeprasidentin
director: *direktor, *direktorin, *bereichsleiter, *bereichsleiterin, *bereichsleitung, *hauptabteilungsleiter, *hauptabteilungsleiterin, direktion, ressortleiter
director executive0: prokurist, prokuristin, direktor der niederlassung, niederlassungsdirektor, einzelprokurist, landerchef
director legal3: chefjustiziar, chefsyndikus
director healthcare3: chefarzt, chefarztin, arztlicher direktor, arztliche direktorin, pflegedirektor, pflegedirektorin, arztlicher leiter
director education3: schulleiter, schulleiterin, schulleitung, rektor, rektorin, dekan, dekanin, schuldirektor
director research3: institutsleiter, institutsleiterin
director marketing: chefredakteur, chefredakteurin
manager: ltr, *leiter, *leiterin, *leitung, leitende, leitender angestellter, leitende angestellte, *chef, *chefin, *fuhrungskraft, fachbereichsleiter, fachbereichsleiterin, fachbereichsleitung, leitende position, *managerin, sous chefin
manager operations1: polier, *meister, *meisterin, bauleiter, bauleiterin, bauleitung, qualitatsmanager, qualitatsmanagerin, werkleiter, werksleiter, werkleitung, betriebsleiter, fertigungsleiter, fuhrparkleiter, schichtleiter, schichtfuhrer, lagerleiter, betriebsleitung, vorarbeiter, schichtleitung
manager engineering: werkstattleiter, werkstattmeister, werkstattleitung, technischer leiter, techn leiter, techn leiterin, techn leitung, technische leiterin, technische leitung, entwicklungsleiter, konstruktionsleiter, entwicklungsleitung
manager finance: kaufm leiter, kaufm leiterin, kaufm leitung, kaufmannischer leiter, kaufmannische leiterin, kaufmannische leitung
manager sales: filialleiter, filialleiterin, filialleitung, marktleiter, marktleiterin, storeleiter, shopleiter, bezirksleiter
manager customerService: serviceleiter, serviceleitung
manager hr: ausbildungsleiter, ausbildungsleiterin
manager healthcare3: oberarzt, oberarztin, pflegedienstleitung, pflegedienstleiter, pflegedienstleiterin, stationsleitung, stationsleiter, stationsleiterin, praxismanager, praxismanagerin, pdl, heimleitung
manager research3: laborleiter, laborleiterin, laborleitung
manager education: studiengangsleiter, studiengangsleiterin
manager: kitaleitung, kita leitung
senior operations0: projektleiter, projektleiterin, projektleitung, projektmanager, projektmanagerin, teilprojektleiter, teilprojektleiterin, *projektleiter, *projektleiterin, qualitatsmanagementbeauftragter, qualitatsmanagementbeauftragte
senior product3: produktmanager, produktmanagerin, *produktmanager, *produktmanagerin
senior sales3: grosskundenbetreuer, grosskundenbetreuerin, key accounter, key account managerin
senior: *berater, *beraterin, *experte, *expertin, *architekt, *architektin, sachverstandiger, gutachter
senior engineering: leitender ingenieur, softwarearchitekt, softwarearchitektin
senior it: leitender systemadministrator, it architekt, it berater, it beraterin
senior finance3: steuerberater, steuerberaterin, wirtschaftsprufer, wirtschaftspruferin, finanzberater, finanzberaterin, vermogensberater
senior hr3: personalberater, personalberaterin
senior education3: professorin, universitatsprofessor, universitatsprofessorin, prof dr, privatdozent, juniorprofessor
senior healthcare3: facharzt, facharztin
senior security3: informationssicherheitsbeauftragter, informationssicherheitsbeauftragte, it sicherheitsbeauftragter
entry: betriebswirt, betriebswirtin, *mitarbeiter, *mitarbeiterin, *mitarbeitende, *sachbearbeiter, *sachbearbeiterin, *sachbearbeitung, *referent, *referentin, *angestellter, *angestellte, *angestellten, beamter, beamtin, *kraft, *kaufmann, *kauffrau, *kaufleute, fachkraft, *helfer, *helferin, hausmeister, hausmeisterin, *beauftragter, *beauftragte, *assistenzkraft, dolmetscher, ubersetzer, arbeiter, koch, kellner, friseur, friseurin, *spezialist, *spezialistin, *koordinator, *koordinatorin, *verwalter, *planer, *planerin, *analyst, *analystin
skip: *betriebsrat, *betriebsratin, betriebsratsvorsitzender, betriebsratsvorsitzende, vorsitzender des betriebsrats, vorsitzende des betriebsrats, leitbildbeauftragte, leitbild, chefentwickler
senior engineering: chefentwickler, chefingenieur
entry sales3: *verkaufer, *verkauferin, *verkaeufer, vertreter, handelsvertreter, handelsvertreterin, *vertreter, *vertreterin, kundenberater, kundenberaterin, verkaufsberater, verkaufsberaterin, immobilienmakler, immobilienmaklerin, makler, maklerin, einzelhandelskauffrau, einzelhandelskaufmann, vertriebsingenieur, aussendienstmitarbeiter, aussendienstmitarbeiterin, kassierer, kassiererin, vertriebsbeauftragter, versicherungsvertreter, automobilkaufmann
entry marketing3: pressesprecher, pressesprecherin, mediaberater, redakteur, redakteurin, journalist, journalistin, texter, texterin
entry engineering1: *entwickler, *entwicklerin, *ingenieur, *ingenieurin, ing, dipl ing, *techniker, *technikerin, *konstrukteur, *konstrukteurin, *programmierer, *programmiererin, *elektroniker, *elektronikerin, *mechatroniker, *mechaniker, *mechanikerin, technischer zeichner, technische zeichnerin, *schlosser, *monteur, *elektriker, *installateur, *schweisser, *tester, *testerin
entry it3: *systemadministrator, *systemadministratorin, *fachinformatiker, *fachinformatikerin, informatiker, informatikerin, *netzwerkadministrator, it administrator, it supporter, it techniker, edv techniker, *wirtschaftsinformatiker
entry it: it systemelektroniker, it mitarbeiter
entry finance3: *buchhalter, *buchhalterin, steuerfachangestellte, steuerfachangestellter, bankkaufmann, bankkauffrau, versicherungskaufmann, versicherungskauffrau, bankangestellter, steuerfachwirt, *kassenwart
entry hr3: personaldisponent, personaldisponentin, personaler, personalerin, recruiterin, personalreferent, personalreferentin
entry procurement3: *einkaufer, *einkauferin, einkaeufer, einkaeuferin
entry legal3: *anwalt, *anwaltin, *jurist, *juristin, rechtsanwaltsfachangestellte, datenschutzbeauftragter, datenschutzbeauftragte, notar, notarin, justiziar, *richter, *richterin, syndikus
entry operations1: disponent, disponentin, lagerist, lageristin, logistiker, logistikerin, *fahrer, *fahrerin, maschinenfuhrer, speditionskaufmann, speditionskauffrau, *arbeiter, *bediener, produktionshelfer
entry design3: *gestalter, *gestalterin, *grafiker, *grafikerin, fotograf, fotografin, grafikdesigner, grafikdesignerin, *designer, *designerin
entry research3: wissenschaftlicher mitarbeiter, wissenschaftliche mitarbeiterin, wissenschaftler, wissenschaftlerin, laborant, laborantin, *laborant, *laborantin, forscher, forscherin, *chemiker, *chemikerin, postdoktorand, akademischer rat
entry education3: *lehrer, *lehrerin, *dozent, *dozentin, *erzieher, *erzieherin, *padagoge, *padagogin, lehrkraft, lehrbeauftragter
entry healthcare3: *arzt, *arztin, *pfleger, *pflegerin, krankenschwester, *schwester, apotheker, apothekerin, pflegefachkraft, pflegekraft, medizinische fachangestellte, mfa, zahnmedizinische fachangestellte, *therapeut, *therapeutin, assistenzarzt, assistenzarztin, hebamme, psychologe, psychologin, pflegefachfrau, pflegefachmann, tierarzt, pta
entry customerService3: *kundenbetreuer, *kundenbetreuerin, callcenter agent, kundendienstmitarbeiter
assist: *assistent, *assistentin, *assistenz, *sekretar, *sekretarin, *sekretariat, chefsekretarin, vorstandsreferent, vorstandsreferentin, referent der geschaftsfuhrung, assistenz der geschaftsfuhrung, vorzimmer
intern: *praktikant, *praktikantin, *praktikum, *werkstudent, *werkstudentin, *auszubildende, *auszubildender, azubi, azubine, dualer student, duale studentin, *schulerpraktikant, *volontar, *volontarin, lehrling, ausbildung zum, ausbildung zur
intern research3: *doktorand, *doktorandin
student: studentin, schuler, schulerin, studierende, studierender, hilfskraft
deputy: stellv, stv, stellvertretender, stellvertretende, stellvertretend, stellvertreter, stellvertreterin, vize, vertretung
former: ehemaliger, ehemalige, ehem, ehemals, fruherer, fruhere
gone: rentner, rentnerin, im ruhestand, ruhestand, arbeitssuchend, arbeitsuchend, arbeitslos, hausfrau, hausmann, pensionar, pensioniert, in rente, angehend, angehende, angehender, zukunftiger, zukunftige, mochtegern, ehefrau, ehemann, witwe
skip: burgermeister, burgermeisterin, oberburgermeister, oberburgermeisterin, ortsburgermeister, weltmeister, weltmeisterin, europameister
intern: referendar, referendarin
intern legal3: rechtsreferendar, rechtsreferendarin
intern education3: studienreferendar, studienreferendarin, lehramtsreferendar, lehramtsreferendarin
and: und, sowie, u
of: der, des, fur, fuer, von, zum, zur, im, in der
at: bei, beim
word sales: vertrieb*, vertriebs, verkauf*, aussendienst*, innendienst, vertriebsinnendienst*, exports, handel, handels*, export*, immobilien*, filial*, grosskunden*
word marketing: werbung, werbe*, offentlichkeitsarbeit, oeffentlichkeitsarbeit, unternehmenskommunikation, kommunikation*, presse*, onlinemarketing, medien*, veranstaltungs*, event*, redaktion*, social media
word engineering1: entwicklung, entwicklungs, technik, technisch*, konstruktion*, instandhaltung*, elektrotechnik, maschinenbau, elektro*, bau, anlagenbau, werkzeugbau, mechanik, wartung*
word engineering: softwareentwicklung, software entwicklung, anwendungsentwicklung
word it: edv, informatik, informationstechnologie, informationstechnik, it infrastruktur, it service, systemadministration, netzwerk*, it abteilung
word it1: systeme
word security: it sicherheit, informationssicherheit, sicherheit, werkschutz, werkssicherheit
word data: daten*, datenanalyse, business analytics
word product: produktmanagement, produkt*
word finance: finanz*, buchhaltung*, finanzbuchhaltung*, rechnungswesen, steuer*, controlling, debitoren*, kreditoren*, lohnbuchhaltung*, bilanz*, kredit*, revision, innenrevision, bank*, versicherung*, lohn
word finance1: kaufmannisch*, administration und finanzen
word hr: personal, personal*, personalwesen, personalabteilung, personalentwicklung, ausbildungs, weiterbildung hr, personalmanagement, hr abteilung, bewerber*
word legal: recht, rechts*, rechtsabteilung, datenschutz, justiziariat
word operations1: produktion*, logistik*, lager*, betrieb*, fertigung*, qualitat*, werk, werks, fuhrpark*, schicht*, qualitatsmanagement, qualitatssicherung, arbeitssicherheit, umwelt*, versand*, transport*, disposition, spedition*, montage*, werkstatt*, facility management, gebaudemanagement, maschinen*
word operations0: projekt*, projektmanagement
word procurement: einkauf*, beschaffung*, materialwirtschaft
word design: grafik*, gestaltung*, mediengestaltung
word research: forschung*, labor, labors, laboratorium, wissenschaft*, forschung und entwicklung, f&e, chemie*
word education: weiterbildung, schul*, bildung*, studiengang*, unterrichts*, padagogisch*, hochschul*
word healthcare: pflege*, klinik*, krankenhaus*, medizin*, arztlich*, gesundheits*, praxis*
word customerService: kundenservice*, kundendienst*, kundenbetreuung*, callcenter*, kundensupport
word customerService0: service
word engineering1: steuerungs*, anlagen*
`;
export const DUTCH = `
owner executive1: *eigenaar, eigenares, *oprichter, oprichtster, ondernemer, onderneemster, vennoot, maat, directeur eigenaar, directeur grootaandeelhouder, medeoprichter, mede oprichter, aandeelhouder, firmant
owner: zzp, zzper, zelfstandige, zelfstandig ondernemer
cLevel executive: algemeen directeur, zaakvoerder, zaakvoerster, gedelegeerd bestuurder, president directeur, directeur bestuurder
board executive: bestuurder, voorzitter, bestuursvoorzitter, bestuurslid, lid raad van bestuur, lid van de raad van bestuur, voorzitter raad van bestuur, raad van commissarissen, commissaris, raad van toezicht, lid raad van toezicht, lid van de raad van toezicht
director: *directeur, *directrice
director education3: schoolhoofd, rector, schooldirecteur
director marketing: hoofdredacteur
manager: *leider, *leidster, leidinggevende, rayonmanager, *hoofd, *manager, *chef, voorman, ploegbaas, bedrijfsleider, bedrijfsleidster
manager operations: uitvoerder
manager healthcare3: hoofdverpleegkundige
manager finance: penningmeester
senior engineering: hoofdingenieur
senior operations0: projectleider, *projectleider, projectleidster, *projectmanager, *programmamanager
senior product3: *productmanager
senior sales3: *accountmanager, relatiemanager, *relatiebeheerder
senior education3: hoogleraar, universitair hoofddocent
senior: *adviseur, *adviseuse, *architect, *expert, *consultant
senior finance3: registeraccountant, belastingadviseur
entry: *medewerker, *medewerkster, *functionaris, ambtenaar, *beheerder, *planner, *ondersteuner, *beambte, vertaler, vertaalster, *specialist, *analist, *coordinator, receptioniste, receptionist, gastvrouw
entry sales3: *verkoper, verkoopster, *vertegenwoordiger, vertegenwoordigster, makelaar, commercieel medewerker, verkoopadviseur, winkelmedewerker, kassamedewerker, caissiere
entry marketing3: *marketeer, tekstschrijver, woordvoerder, *redacteur, journaliste
entry engineering1: *ontwikkelaar, *technicus, *monteur, *programmeur, *constructeur, werkvoorbereider, elektricien, *ingenieur
entry it3: systeembeheerder, applicatiebeheerder, netwerkbeheerder, functioneel beheerder
entry finance3: *boekhouder, boekhoudster, *salarisadministrateur, administrateur financieel, assistent accountant, assistent controller
entry hr3: intercedent, intercedente, personeelsfunctionaris
entry legal3: *advocaat, *advocate, *jurist, functionaris gegevensbescherming, kandidaat notaris, notaris
entry operations1: *chauffeur, *planner, heftruckchauffeur, transportplanner, orderpicker
entry procurement3: *inkoper, inkoopster
entry design3: *vormgever, *vormgeefster, *ontwerper, *ontwerpster, fotograaf
entry research3: *onderzoeker, onderzoeksmedewerker
entry education3: *docent, docente, *leraar, *lerares, leerkracht, onderwijzer, onderwijsassistent, onderwijzeres
entry healthcare3: *verpleegkundige, *arts, *apotheker, *tandarts, *fysiotherapeut, *verzorgende, *psycholoog, doktersassistente, doktersassistent, verloskundige, dierenarts
entry security3: beveiliger, *beveiliger
assist: *secretaresse, *secretaris, *assistente, directieassistent, managementassistent, managementassistente, bedrijfsassistente, bestuurssecretaris
intern: leerling, *stagiair, *stagiaire, afstudeerder, *stage, leerwerkplek
intern research3: promovendus, promovenda
student: scholier
deputy: adjunct, plaatsvervangend, plv, waarnemend
former: voormalig, voormalige, oud, gewezen
gone: gepensioneerd, gepensioneerde, huisvrouw, huisman, werkzoekend, werkloos, werkzoekende
and: en
of: van, voor, op, inzake
word sales: verkoop*, winkel*, commercieel*, commerciele, filiaal*, buitendienst, binnendienst, makelaar*, sales*
word marketing: communicatie*, marketing*, reclame*, voorlichting
word engineering1: ontwikkeling, technisch, technische, techniek, onderhoud*, technische dienst, werkplaats*
word it: automatisering, systeem*, applicatie*, netwerk*
word product: product*
word finance: financien, financieel, financiele, boekhouding, boekhoud*, crediteuren*, debiteuren*, salaris*, belasting*, finance & control, financieel administratief
word finance1: administratie
word hr: personeel*, personeelszaken, p&o, werving
word legal: juridisch*, juridische zaken
word operations1: ploeg*, productie*, logistiek*, magazijn*, kwaliteit*, facilitair*, transport*, veiligheid
word operations0: project*, bedrijfsvoering, operationeel, operations
word procurement: inkoop*
word research: onderzoek*
word education: onderwijs*
word healthcare: zorg, verpleging, zorg*
word customerService: klantenservice*, klantcontact*, callcenter*, helpdesk*
word data: data analist, data analiste
entry: administratief medewerker, medewerker administratie
word security: beveiliging, beveiligings*
`;
export const SWEDISH = `
owner executive1: *agare, delagare, *grundare, medgrundare, egenforetagare, *foretagare, entreprenor
cLevel executive4: vd, verkstallande direktor, koncernchef, adm direktor, administrerende direktor, daglig leder
board executive: styrelseordforande, ordforande, styrelseledamot, styrelsemedlem
director: *direktor, direktor
manager: *ledare, *ansvarig, avdelningschef, chef for, chef inom
manager marketing: informationschef
senior product3: produktagare, produktchef
senior operations0: projektledare, *projektledare
senior sales3: kundansvarig
senior: *radgivare, *konsult, *arkitekt, *strateg
senior finance3: auktoriserad revisor
entry: handlaggare, *handlaggare, *administrator, *samordnare, *medarbetare, vaktmastare, *koordinator, *arbetare, *specialist
entry sales3: *saljare, *maklare, fastighetsmaklare, kassabitrade
entry marketing3: kommunikator, *kommunikator
entry engineering1: *utvecklare, *ingenjor, *tekniker, *programmerare, *konstruktor, *elektriker, systemutvecklare
entry it3: systemadministrator, natverkstekniker, it tekniker
entry finance3: *ekonom, *revisor, revisorsassistent, redovisningskonsult, loneadministrator, ekonomiassistent
entry hr3: rekryterare, personalhandlaggare
entry procurement3: *inkopare
entry operations1: *chauffor, *montor, *forare
entry education3: *larare, *pedagog
entry healthcare3: *skoterska, *lakare, tandlakare
entry legal3: *jurist, advokat
intern: larling, praktikant, praktik
student: studerande
assist: sekreterare, vd assistent, *sekreterare
deputy: bitradande, tf, stallforetradande, vice
former: fd, tidigare, f d
gone: pensionar, foraldraledig, arbetslos, arbetssokande
and: och
of: inom, av
word sales: forsaljning*, salj*, butik*
word marketing: marknad*, kommunikation*, information*, reklam*
word finance: ekonomi*, redovisning*, lone*, finans*
word hr: personal*, rekrytering*
word it: natverk*
word operations1: produktion*, lager*, fabrik*, drift*, kvalitet*, verksamhets*
word procurement: inkop*
word engineering1: teknisk*, utveckling*, konstruktion*
word customerService: kundtjanst*
owner executive1: *ejer, grundlaegger, grunnlegger, eier, medejer, stifter
cLevel executive4: administrerende direktor, adm dir
board executive: styreleder, bestyrelsesformand, bestyrelsesmedlem, styremedlem, formand
director: *direktor
manager: *leder, avdelingsleder, afdelingsleder
senior operations0: prosjektleder, projektleder
senior: konsulent, radgiver
entry: medarbejder, medarbeider, *medarbejder, *medarbeider, saksbehandler
entry sales3: saelger, selger, *saelger, *selger
entry engineering1: udvikler, utvikler, ingenior, *udvikler, *utvikler
entry education3: laerer
entry healthcare3: sykepleier, sygeplejerske, laege, lege
word sales: salg*, salgs
word finance: okonomi*, regnskab*, regnskap*
word procurement: indkob*, innkjop*
`;

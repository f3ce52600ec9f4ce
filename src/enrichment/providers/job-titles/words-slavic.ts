/** Polish, Russian and Turkish titles, and the commonest Arabic words. Made by hand, 2026-11. The form: title-lexicon.ts. */
export const POLISH = `
owner executive1: wlasciciel, wlascicielka, wspolwlasciciel, wspolwlascicielka, zalozyciel, zalozycielka, wspolzalozyciel, wspolzalozycielka, przedsiebiorca, wspolnik, wspolniczka, partner zarzadzajacy
cLevel executive4: prezes, prezeska, prezes zarzadu, dyrektor generalny, dyrektorka generalna, dyrektor zarzadzajacy, dyrektor naczelny, dyrektor wykonawczy, prezesa zarzadu
board executive0: czlonek zarzadu, czlonkini zarzadu, przewodniczacy, przewodniczaca, przewodniczacy rady nadzorczej, czlonek rady nadzorczej, czlonkini rady nadzorczej, prokurent samoistny
vicePresident executive0: wiceprezes, wiceprezeska, wiceprezes zarzadu, zastepca dyrektora generalnego, zastepca prezesa
director: dyrektor, dyrektorka, wicedyrektor, wicedyrektorka, dyr, zastepca dyrektora, zastepczyni dyrektora, z ca dyrektora, zca dyrektora
director executive: prokurent
director education3: rektor uczelni, dziekan, dyrektor szkoly
director healthcare3: ordynator
director operations: dyrektor zakladu
director marketing: redaktor naczelny, redaktorka naczelna
manager: kierownik, kierowniczka, menedzer, menedzerka, menadzer, menadzerka, lider, liderka, naczelnik, zastepca kierownika, zastepczyni kierownika, z ca kierownika, lider zespolu, kier
manager sales: kierownik sklepu, kierowniczka sklepu
manager finance3: glowny ksiegowy, glowna ksiegowa, skarbnik
manager operations1: brygadzista, kierownik budowy, mistrz, mistrz produkcji
manager engineering: glowny inzynier, kierownik utrzymania ruchu
manager healthcare3: pielegniarka oddzialowa
senior operations0: kierownik projektu, kierownik projektow, menedzer projektu, pelnomocnik, pelnomocnik ds jakosci, kierowniczka projektu
senior product3: menedzer produktu, kierownik produktu
senior sales3: opiekun kluczowych klientow, opiekun klienta
senior finance3: doradca podatkowy, doradca finansowy, biegly rewident
senior education3: profesor, profesor uczelni, profesor zwyczajny
senior: konsultant, konsultantka, doradca, doradczyni, ekspert, ekspertka, architekt, glowny specjalista
entry: specjalista, specjalistka, pracownik, pracownica, recepcjonistka, recepcjonista, referent, referentka, analityk, analityczka, koordynator, koordynatorka, urzednik, urzedniczka, inspektor, inspektorka, tlumacz, tlumaczka, kelner, kucharz, pracownik biurowy, przedstawiciel, przedstawicielka, operator, kontroler, agent, administrator, robotnik
entry sales3: przedstawiciel handlowy, przedstawicielka handlowa, sprzedawca, sprzedawczyni, handlowiec, doradca klienta, kasjer sprzedawca, kasjer, kasjerka, agent ubezpieczeniowy, doradca handlowy, doradca techniczno handlowy, przedstawiciel medyczny, inzynier sprzedazy, agent nieruchomosci
entry marketing3: dziennikarz, dziennikarka, rzecznik prasowy, redaktor, redaktorka
entry engineering1: programista, programistka, inzynier, konstruktor, technik, mechanik, automatyk, technolog, elektryk, projektant, projektantka, spawacz, monter, inzynierka
entry engineering: inzynier produkcji, inzynier budowy
entry it3: administrator systemow, administrator sieci, informatyk, administrator baz danych
entry finance3: ksiegowa, ksiegowy, audytor, audytorka, analityk finansowy, kontroler finansowy, samodzielna ksiegowa
entry hr3: kadrowa, kadrowy, rekruter, rekruterka
entry legal3: prawnik, prawniczka, radca prawny, radczyni prawna, adwokat, inspektor ochrony danych, notariusz, aplikant
entry operations1: magazynier, kierowca, logistyk, spedytor, planista, planista produkcji, kontroler jakosci, operator maszyn
entry procurement3: kupiec, zaopatrzeniowiec
entry design3: grafik, graficzka, projektant graficzny, fotograf, projektant ux
entry research3: laborantka, adiunkt badawczy, pracownik naukowy, chemik, naukowiec
entry education3: nauczyciel, nauczycielka, wykladowca, pedagog, adiunkt
entry healthcare3: lekarz, lekarka, pielegniarka, pielegniarz, farmaceuta, farmaceutka, stomatolog, fizjoterapeuta, fizjoterapeutka, ratownik medyczny, polozna, psycholog, weterynarz
entry data3: analityk danych
entry customerService3: konsultant call center
assist: asystent, asystentka, sekretarka, sekretarz, asystentka zarzadu, asystent zarzadu
intern: stazysta, stazystka, praktykant, praktykantka, staz
intern research3: doktorant, doktorantka
student: studentka, uczen, uczennica
experienced: starszy, starsza
junior: mlodszy, mlodsza
deputy: zastepca, zastepczyni, wice
former: byly, byla, ex
gone: emeryt, emerytka, bezrobotny, bezrobotna, gospodyni domowa, rencista, rencistka
and: oraz
of: ds, do spraw, w, ze
word sales: sprzedaz*, handlow*, handel, sklep*, eksport*, klientow kluczowych, kluczowych klientow, rozwoju biznesu, rozwoj biznesu
word marketing: marketing*, komunikacj*, reklam*
word engineering1: techniczn*, utrzymania ruchu, serwis*, konstrukcyjn*, technolog*
word it: informatyk*, informatyczn*, systemow, sieci
word security: bezpieczenstwa informacji
word data: danych, analizy danych
word product: produkt*
word finance: finansow*, ksiegowosc*, ekonomiczn*, plac, place, kontroling*, podatkow*, rachunkowosc*
word hr: kadr, kadry, personaln*, zasobow ludzkich, rekrutacj*, kadr i plac, kadry i place, kadrow*, szkolen
word legal: prawn*, ochrony danych
word operations1: produkcj*, logistyk*, magazyn*, budowy, jakosci, jakosc, transport*, zaklad*
word operations0: operacyjn*, projekt*
word procurement: zakup*, zaopatrzeni*
word research: badan, badan i rozwoju, laboratori*, naukow*
word education: szkol*, akademick*
word healthcare: szpital*, medyczn*
word customerService: obslugi klienta, biura obslugi klienta, obsluga klienta
`;
export const RUSSIAN = `
owner executive1: владелец, владелица, основатель, основательница, сооснователь, учредитель, собственник, совладелец, управляющий партнер, партнер, индивидуальный предприниматель, ип, предприниматель, владелец бизнеса
owner: самозанятый, самозанятая
senior product3: владелец продукта, менеджер по продукту, продакт менеджер, продуктолог
cLevel executive4: генеральный директор, ген директор, гендиректор, президент, исполнительный директор, управляющий директор, генерального директора
board executive: председатель, председатель совета директоров, председатель правления, член совета директоров, член правления
vicePresident: вице президент
vicePresident executive0: заместитель генерального директора, зам генерального директора, первый заместитель генерального директора
director: директор, заместитель директора, зам директора
director sales: коммерческий директор
director healthcare3: главный врач, главврач
director education3: директор школы, ректор, декан
director marketing: главный редактор
manager: руководитель, начальник, управляющий, управляющая, заведующий, заведующая, зав, бригадир, заместитель начальника, заместитель руководителя, руководительница
manager sales: директор магазина, роп
manager finance3: главный бухгалтер, главбух
manager engineering: главный инженер, тимлид
manager operations1: прораб, мастер участка, мастер, завскладом
manager healthcare3: старшая медсестра
senior operations0: руководитель проекта, руководитель проектов, менеджер проекта, менеджер проектов, менеджер по проектам
senior: консультант, эксперт, советник, архитектор, главный специалист
senior education3: профессор, доцент
manager: менеджер
senior operations0: офис менеджер
entry: специалист, администратор, сотрудник, переводчик, аналитик, оператор, агент, представитель, рабочии, рабочий, координатор, инспектор, повар, официант
senior sales3: менеджер по продажам, менеджер по работе с клиентами, менеджер отдела продаж
senior marketing3: pr менеджер, пиар менеджер, менеджер по рекламе, smm менеджер, менеджер по маркетингу
senior hr3: hr менеджер, менеджер по персоналу, менеджер по подбору персонала
senior procurement3: менеджер по закупкам
senior operations: менеджер по логистике
senior: менеджер по
entry sales3: торговый представитель, продавец, продавец консультант, кассир, риелтор, риэлтор, медицинский представитель
entry marketing3: маркетолог, копираитер, копирайтер, журналист, интернет маркетолог, смм специалист
entry hr3: рекрутер
entry procurement3: закупщик, снабженец
entry operations1: логист, водитель, кладовщик, грузчик, диспетчер, оператор станка, курьер
entry engineering1: инженер, программист, разработчик, тестировщик, техник, слесарь, электрик, инженер конструктор, инженер программист, конструктор, технолог, механик, сварщик
entry it3: системный администратор, сисадмин
entry finance3: бухгалтер, экономист, аудитор, финансовый аналитик
entry legal3: юрист, юрисконсульт, адвокат, нотариус
entry design3: дизайнер, графический дизайнер, фотограф
entry research3: научный сотрудник, лаборант, ученый
entry education3: учитель, учительница, преподаватель, воспитатель, педагог
entry healthcare3: врач, медсестра, фармацевт, стоматолог, фельдшер, психолог, провизор
entry data3: аналитик данных
entry customerService3: оператор колл центра
assist: секретарь, помощник, помощница, ассистент, ассистентка, секретарь референт, личный помощник
intern: стажер, практикант, практикантка
intern research3: аспирант, аспирантка
student: студент, студентка
experienced: старший, старшая, ведущий, ведущая
junior: младший, младшая
deputy: заместитель, зам
former: бывший, бывшая
gone: пенсионер, пенсионерка, безработный, безработная, домохозяйка
and: и
of: по, на, с, в
word sales: продаж*, развитию бизнеса, клиент*, коммерческ*, торгов*
word marketing: маркетинг*, реклам*, коммуникац*, пресс, пиар
word engineering1: разработ*, техническ*, инженер*
word it: ит, информационным технологиям, информационных технологий
word security: безопасност*
word data: данных, данным
word product: продукт*
word finance: финанс*, бухгалтер*, зарплат*
word hr: персонал*, кадр*, подбор*
word legal: юридическ*, правов*
word operations1: производств*, склад*, логистик*, цех*, завод*
word operations0: операцион*, проект*
word procurement: закуп*, снабжен*
word research: научн*, исследовани*
word education: школ*, кафедр*
word healthcare: больниц*, медицинск*
word operations1: качеств*
word sales: магазин*
`;
export const TURKISH = `
owner executive1: kurucu, kurucu ortak, isletme sahibi, sahibi, sirket ortagi, firma sahibi, sirket sahibi, ortak, girisimci, kurucusu
cLevel executive4: genel mudur, genel muduru, icra kurulu baskani
board executive: yonetim kurulu baskani, yonetim kurulu uyesi, baskan, baskani
vicePresident executive0: genel mudur yardimcisi, baskan yardimcisi
director: direktoru
manager: mudur, muduru, yonetici, yoneticisi, takim lideri, ekip lideri, sef, sefi, amiri, lideri, mudure
senior: mudur yardimcisi
senior operations0: proje yoneticisi, proje muduru
senior product3: urun muduru, urun yoneticisi
senior: danisman, danismani, mimar
experienced: kidemli
senior education3: profesor
entry: uzman, uzmani, memur, memuru, elemani, temsilcisi, gorevlisi, uzman yardimcisi, sorumlusu, operatoru
entry sales3: satis temsilcisi, satis danismani, musteri temsilcisi
entry engineering1: muhendis, muhendisi, gelistirici, teknisyen, tekniker, yazilimci
entry finance3: muhasebeci, mali musavir
entry education3: ogretmen, ogretmeni
entry healthcare3: doktor, hemsire, eczaci
entry legal3: avukat
entry design3: tasarimci, tasarimcisi
entry operations1: sofor
assist: asistan, asistani, sekreter, sekreteri, genel mudur asistani
intern: stajyer
student: ogrenci
gone: emekli, ev hanimi, issiz
and: ve
word sales: satis, ticari, magaza, ihracat, musteri
word marketing: pazarlama, iletisim, sosyal medya, kurumsal iletisim
word finance: finans, mali isler, muhasebe
word hr: insan kaynaklari, ik
word it: bilgi islem, bt, bilgi teknolojileri
word operations1: uretim, fabrika, lojistik, santiye, kalite
word operations0: operasyon, proje
word procurement: satin alma, satinalma
word engineering1: teknik, bakim, yazilim, makine, insaat
word research: ar ge
word product: urun
word design: grafik tasarim
`;
export const ARABIC = `
owner executive1: مؤسس, المؤسس, صاحب العمل, مالك, المالك, شريك مؤسس
cLevel executive4: الرئيس التنفيذي, رئيس تنفيذي, المدير العام, مدير عام, العضو المنتدب
board executive: رئيس مجلس الادارة, رئيس مجلس الإدارة, عضو مجلس الإدارة
vicePresident: نائب الرئيس, نائب رئيس
manager: مدير, المدير, مديرة, رئيس قسم, مشرف
senior operations0: مدير مشروع, مدير مشاريع
entry: محلل, موظف, أخصائي, منسق
entry engineering1: مهندس, مهندسة, مبرمج
entry finance3: محاسب, محاسبة
entry healthcare3: طبيب, طبيبة, ممرض, ممرضة, صيدلي
entry education3: مدرس, معلم, معلمة
entry legal3: محامي, محام
entry sales3: مندوب مبيعات
entry design3: مصمم
assist: سكرتير, سكرتيرة, مساعد
intern: متدرب, متدربة
student: طالب, طالبة
experienced: كبير
word sales: مبيعات, المبيعات
word marketing: تسويق, التسويق
word procurement: مشتريات, المشتريات
word finance: مالي, المالية, الحسابات
word hr: الموارد البشرية, موارد بشرية
word legal: قانوني, القانونية
word it: تقنية المعلومات
word operations0: عمليات, العمليات
word customerService: خدمة العملاء
`;

/**
 * Mailboxes of a function, by language: the local part without separators, accents and a number at its end. Given
 * names of some country ("rosa", "art") are left out.
 */
const WORDS: Readonly<Record<string, string>> = {
  standard:
    'abuse admin administrator administration hostmaster postmaster webmaster root noreply donotreply dontreply noc ' +
    'security spam dmarc mailerdaemon nobody usenet ftp www sysadmin ssladmin notifications notification alerts alert',
  english:
    'account accounts accounting accountspayable accountsreceivable ap ar billing bookings booking care career careers ' +
    'compliance contact contactus customercare customerrelations customerservice customersupport customersuccess ' +
    ' dataprotection dpo editor editorial enquiries enquiry events export exports facilities ' +
    'feedback finance frontdesk gdpr general hello help helpdesk hiring hr humanresources import info information ' +
    'inquiries inquiry internship invest investorrelations investors invoice invoices invoicing ir it itsupport jobs ' +
    'legal logistics mail maintenance management manager marketing media members membership news newsletter office ' +
    'officemanager operations order orders partner partners partnerships payable payables payroll pr press privacy ' +
    'procurement production projects purchase purchasing quality quotes quote reception receivables recruiting recruitment ' +
    'registrar reservation reservations returns sales salessupport service services shipping shop staff store ' +
    'subscriptions supply support survey team tech technical techsupport tender tenders tickets training travel ' +
    'vendor vendors warehouse web website welcome whistleblowing',
  german:
    'anfrage anfragen angebot angebote anmeldung auftrag auftraege ausbildung beratung beschwerde beschwerden bestellung ' +
    'bestellungen bewerbung bewerbungen buchhaltung buchung buero datenschutz dispo disposition einkauf empfang ' +
    'fibu finanzen gemeinde geschaeftsfuehrung geschaeftsleitung geschaeftsstelle hausverwaltung immobilien kanzlei ' +
    'karriere kasse kontakt kreditoren debitoren kundenbetreuung kundendienst kundenservice kundensupport lager leitung ' +
    'lohn lohnbuchhaltung mahnung marktplatz medien mitglieder oeffentlichkeitsarbeit personal personalabteilung ' +
    'personalwesen poststelle praxis presse pressestelle produktion qualitaet rathaus rechnung rechnungen ' +
    'rechnungseingang rechnungswesen rechtsabteilung redaktion reklamation reklamationen reservierung sekretariat ' +
    'sekretaerin spenden stadt technik termin termine veranstaltungen verkauf versand vertrieb vertriebsinnendienst ' +
    'verwaltung vorstand werbung werkstatt widerruf zentrale',
  french:
    'accueil achat achats adherents administratif bonjour boutique cabinet candidature candidatures commande commandes ' +
    'commercial communication compta comptabilite comptable courrier demande demandes devis direction emploi facturation facture ' +
    'factures formation fournisseurs gestion inscription inscriptions juridique logistique mairie magasin marche ' +
    'partenaires presse qualite reclamation reclamations recrutement redaction relationsclients rh ' +
    'ressourceshumaines sav secretariat serviceclient serviceclients servicecommercial siege stage standard technique vente ventes',
  spanish:
    'administracion almacen asesoria atencion atencionalcliente atencioncliente ayuda ayuntamiento cliente clientes cobranza ' +
    'cobranzas cobros comercial compras comunicacion consultas contabilidad contacto correo cotizaciones ' +
    'direccion empleo envios exportacion facturacion facturas gerencia hola informacion informatica logistica  ' +
    'mercadeo nomina oficina operaciones pagos pedido pedidos prensa presupuesto presupuestos produccion proveedores ' +
    'publicidad recepcion reclamaciones recursoshumanos redaccion reservas rrhh secretaria seleccion servicioalcliente ' +
    'soporte taller tesoreria tienda trabajo ventas',
  portuguese:
    'administracao atendimento cobranca comunicacao contas contato contatos contacto ' +
    'curriculo diretoria encomendas estoque expedicao faleconosco faturacao faturamento faturas financeiro fiscal geral imprensa ' +
    'juridico licitacao licitacoes loja orcamento orcamentos ouvidoria producao qualidade recepcao ' +
    'recrutamento sac suporte tesouraria vagas vendas',
  italian:
    'acquisti amministrazione assistenza assistenzaclienti bandi biglietteria candidature clienti commerciale comune ' +
    'comunicazione contabilita contatti direzione fatturazione fatture fornitori gestione informazioni lavoraconnoi ' +
    'magazzino ordini pagamenti prenotazioni preventivi produzione protocollo qualita reclami redazione risorseumane ' +
    'segreteria servizioclienti spedizioni stampa ufficio ufficioacquisti ufficiostampa ufficiotecnico vendite',
  dutch:
    'aanvraag administratie advies bestelling bestellingen boekhouding crediteuren debiteuren directie facturatie factuur ' +
    'facturen financien gemeente inkoop inschrijving klacht klachten klantenservice kantoor ledenadministratie lonen magazijn ' +
    'onthaal orderverwerking personeel personeelszaken planning pers receptie redactie reservering reserveringen ' +
    'sollicitatie sollicitaties secretariaat stadhuis vacatures verhuur verkoop vragen werkplaats winkel',
  nordic:
    'administrasjon anmalan asiakaspalvelu biljett bokning bokningar bogholderi bogholderiet booking ekonomi faktura fakturor ' +
    'fakturering forsaljning hallinto henkilosto info inkop innkjop jobb kansli kassa kirjaamo kommun kontakt kontor ' +
    'kontoret kundeservice kundesenter kundservice kundtjanst lager laskut laskutus lonn loner medlem myynti okonomi ' +
    'ordre ostot palaute personal post postmottak press presse rekry rekrytering rekruttering resepsjonen salg salgsavdeling ' +
    'sekretariat tilbud tilaukset toimisto verksted verkstad vaktmester varaukset',
  baltic:
    'birojs buhalterija gramatvediba info klienditugi kontaktai kontor pagalba pardavimai pardosana personalas raamatupidamine ' +
    'sekretariaat tellimused uzsakymai muuk',
  polish:
    'biuro bok dyrekcja dzialhandlowy faktury handel handlowy hurtownia kadry kancelaria kontakt ksiegowosc logistyka ' +
    'magazyn oferta oferty obslugaklienta pomoc praca prasa recepcja redakcja reklama reklamacje rekrutacja ' +
    'rezerwacja rezerwacje sekretariat serwis sklep sprzedaz szkolenia urzad zakupy zamowienia zapytania zarzad',
  czechAndSlovak:
    'dispecink ekonom faktury fakturace fakturacia info kancelar nakup objednavka objednavky obchod podatelna ' +
    'podpora prodej predaj prijem recepce recepcia reklamace reklamacie rezervace rezervacie sekretariat servis sklad ucetni ' +
    'uctaren uctovnictvo urad zakaznici',
  hungarian:
    'ajanlat allas beszerzes ertekesites hirlevel info iroda kapcsolat karrier konyveles megrendeles penzugy rendeles sajto ' +
    'szamla szamlazas szerviz titkarsag ugyfelszolgalat vevoszolgalat',
  romanianAndBalkan:
    'achizitii angajari comenzi contabilitate facturare facturi financiar oferte rezervari secretariat vanzari ' +
    'kadrovska komerciala nabava nabavka prodaja podrska porudzbine racunovodstvo recepcija redakcija tajnistvo ' +
    'uprava narocila',
  greek: 'epikoinonia grammateia logistirio paraggelies parangelies poliseis promitheies',
  turkish:
    'bilgi bilgilendirme destek finans ihracat ik iletisim insankaynaklari ithalat kariyer kurumsal muhasebe ' +
    'musterihizmetleri pazarlama rezervasyon satinalma satis sekreterlik siparis teklif uretim yonetim',
  russianAndUkrainian:
    'buh buhgalter buhgalteria buhgalteriya bukhgalteria dostavka kadry kancelyaria kontakty ofis opt otdelkadrov podderzhka ' +
    'prodazha prodazhi priem priemnaya reklama sekretar servis sklad snab zakaz zakazy zakupki zayavka инфо офис почта ' +
    'продажи заказ приемная бухгалтерия',
  asian:
    'kefu xiaoshou zhaopin caiwu shichang renshi caigou eigyo eigyou jinji keiri koho kouho kaikei madoguchi otoiawase ' +
    'saiyo saiyou soumu somu toiawase yoyaku gyomu keiyaku humas pemasaran penjualan keuangan pelayanan sekretariat ' +
    'kinhdoanh ketoan tuyendung lienhe hotro chamsockhachhang     ',
};

const ROLES: ReadonlySet<string> = new Set(Object.values(WORDS).flatMap((words) => words.split(' ')));

/** Also people's names, or the beginning of one: these count alone only ("post@", not "post.malone@"). */
const ALONE: ReadonlySet<string> = new Set(
  (
    'ap ar bok buh care cliente fiscal general geral ir lager lonn mail manager marche muuk opt order personal pers ' +
    'post pr quote root sac snab somu stadt stage standard store team travel web welcome'
  ).split(' '),
);

/** Accents off, and what languages without umlauts write for them. */
const LETTERS: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  ø: 'o',
  å: 'a',
  æ: 'ae',
  ł: 'l',
  ı: 'i',
};

/**
 * Whether an address is a mailbox of a function ("info", "sales.emea", "büro", "no-reply2") rather than of a person.
 *
 * @param local the part before the @, lower case.
 */
export function isRoleMailbox(local: string): boolean {
  const [base = ''] = local.split('+');
  const plain = base.replace(/[äöüßøåæłı]/gu, (letter) => LETTERS[letter] ?? letter).normalize('NFKD');
  const words = plain.replace(/\p{M}/gu, '').split(/[._-]+/u);
  const [first = ''] = words;
  return isRole(words.join('')) || (words.length > 1 && !ALONE.has(first) && isRole(first));
}

/** With or without a number ("info2"). */
function isRole(word: string): boolean {
  return ROLES.has(word) || ROLES.has(word.replace(/\d{1,3}$/u, ''));
}

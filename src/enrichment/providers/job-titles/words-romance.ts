/** French, Spanish, Portuguese and Italian titles. Made by hand, 2026-11. The form stands in title-lexicon.ts. */
export const FRENCH = `
owner executive1: fondateur, fondatrice, co fondateur, cofondateur, cofondatrice, co fondatrice, proprietaire, associe, associee, associe fondateur, associee fondatrice, associe gerant, gerant associe, co gerant associe, chef d entreprise, cheffe d entreprise, chef entreprise, entrepreneur, entrepreneuse, patron, patronne, gerant fondateur, president fondateur, exploitant, commercant
owner: independant, independante, auto entrepreneur, autoentrepreneur, travailleur independant, micro entrepreneur
cLevel executive4: pdg, p dg, president directeur general, presidente directrice generale, directeur general, directrice generale, dg, directeur general delegue
cLevel executive0: gerant, gerante, co gerant, co gerante, cogerant, directeur executif, directrice executive, dirigeant, dirigeante, gerant de societe
board executive: presidente, president du conseil d administration, presidente du conseil d administration, membre du conseil d administration, administrateur independant, administratrice independante, president du directoire, membre du directoire, membre du comite executif, membre du comite de direction, membre du codir, membre du comex, president du conseil de surveillance, membre du conseil de surveillance, secretaire general, secretaire generale, mandataire social
vicePresident: vice presidente
vicePresident executive0: directeur general adjoint, directrice generale adjointe
director: directeur, directrice, dir, directeur delegue
director finance3: daf, directeur administratif et financier, directrice administrative et financiere
director hr3: drh
director it3: dsi
director executive0: chef de cabinet, directeur de cabinet, directrice de cabinet
senior design3: directeur de la photographie, directeur photo
manager engineering: ingenieur en chef
manager healthcare3: medecin chef, infirmier chef, infirmiere chef, pharmacien chef
manager sales: responsable d affaires
director marketing3: dircom
director education3: proviseur, principal de college, doyen, doyenne
director sales: directeur d agence, directrice d agence
director marketing: redacteur en chef, redactrice en chef
manager: responsable, resp, chef de, chef d, chef du, chef des, cheffe du, cheffe des, cheffe de, cheffe d, chef, cheffe, chefs de
manager executive0: responsable de bureau
manager: adjoint au responsable, adjointe au responsable, cadre dirigeant
manager sales: gerant de magasin, gerante de magasin, responsable de magasin, responsable magasin, chef de rayon, chef de secteur, responsable d agence, responsable adv, chef de magasin
manager finance3: chef comptable, cheffe comptable, raf, tresorier, tresoriere
manager hr3: rrh
manager security3: rssi
manager operations1: chef de chantier, cheffe de chantier, chef d atelier, conducteur de travaux, conductrice de travaux, agent de maitrise
manager engineering: responsable bureau d etudes
manager healthcare3: cadre de sante, chef de clinique
senior operations0: chef de projet, cheffe de projet, chef de projets, cheffe de projets, chef projet, cheffe projet, directeur de projet
senior product3: chef de produit, cheffe de produit, chef de produits, cheffe de produits, chef produit
senior sales3: responsable grands comptes, responsable de comptes cles, responsable comptes cles, directeur de clientele, directrice de clientele
senior finance3: expert comptable, experte comptable, commissaire aux comptes
senior education3: professeur des universites, professeure des universites, maitre de conferences, maitresse de conferences
senior: consultante, conseiller technique, experte, architecte, conseiller, conseillere, referent technique
entry: charge de, chargee de, charge d, chargee d, charge des, chargee des, employe, employee, agent, agente, adjoint administratif, adjointe administrative, gestionnaire, hote d accueil, hotesse d accueil, coordinateur, coordinatrice, coordonnateur, coordonnatrice, salarie, salariee, fonctionnaire, collaborateur, collaboratrice, attache de, attachee de, attache, attachee, traducteur, traductrice, technicien de surface, agent administratif, analyste, administrateur, administratrice, cadre, ouvrier, ouvriere, cuisinier, serveur, serveuse, agent d accueil, animateur, animatrice, delegue, deleguee, aide, specialiste, operateur, operatrice, controleur, controleuse, inspecteur
entry sales3: attache commercial, attachee commerciale, charge d affaires, chargee d affaires, charge de clientele, chargee de clientele, technico commercial, technico commerciale, ingenieur commercial, ingenieure commerciale, ingenieur d affaires, ingenieure d affaires, vendeur, vendeuse, conseiller commercial, conseillere commerciale, conseiller de vente, conseiller clientele, conseillere clientele, vrp, agent commercial, delegue commercial, deleguee commerciale, agent immobilier, caissier, caissiere, conseiller vente, conseillere de vente, delegue medical, deleguee medicale, conseiller en vente, hote de caisse
maybeEntry sales: commerciale, commerciaux, commercial sedentaire, commercial terrain, commercial itinerant
entry marketing3: attache de presse, attachee de presse, redacteur, redactrice, redacteur web, journaliste, rp
entry engineering1: ingenieur, ingenieure, developpeur, developpeuse, technicien, technicienne, dessinateur, dessinatrice, dessinateur projeteur, electricien, mecanicien, programmeur, soudeur, automaticien, electromecanicien
entry it3: administrateur systemes, administrateur systeme, administrateur reseaux, administrateur reseau, administrateur systemes et reseaux, administrateur de bases de donnees, technicien informatique, technicien support, informaticien, informaticienne, technicien support informatique
entry finance3: comptable, aide comptable, controleur de gestion, controleuse de gestion, auditeur, auditrice, auditeur interne, gestionnaire de paie, charge de recouvrement, analyste financier, banquier, charge de comptes
entry hr3: recruteur, recruteuse, formateur, formatrice, charge de formation, chargee de formation
entry legal3: juriste, avocat, avocate, notaire, clerc de notaire, delegue a la protection des donnees, huissier, magistrat
entry operations1: magasinier, magasiniere, cariste, chauffeur livreur, chauffeur, preparateur de commandes, gestionnaire de stock, gestionnaire de stocks, agent de production, agent logistique, conducteur de ligne, livreur, operateur de production, ordonnanceur, logisticien, logisticienne
entry procurement3: acheteur, acheteuse, approvisionneur, approvisionneuse
entry design3: graphiste, webdesigner, photographe, infographiste, designer graphique, maquettiste
entry research3: chercheur, chercheuse, ingenieur de recherche, charge de recherche, laborantin, technicien de laboratoire, technicienne de laboratoire
entry education3: professeur, professeure, enseignant, enseignante, enseignant chercheur, instituteur, institutrice, conseiller pedagogique, educateur, educatrice, professeur des ecoles, maitre d ecole
entry healthcare3: infirmier, infirmiere, medecin, pharmacien, pharmacienne, aide soignant, aide soignante, kinesitherapeute, chirurgien dentiste, dentiste, chirurgien, sage femme, psychologue, kine, veterinaire, orthophoniste, medecin generaliste, ambulancier
entry customerService3: conseiller client, conseillere client, conseiller service client, conseillere service client, teleconseiller, teleconseillere, charge de service client, technicien sav, conseiller relation client
entry security3: agent de securite
entry data3: analyste de donnees
assist: assistant de direction, assistante de direction, assistante, secretaire, secretaire de direction, assistant de gestion, assistant administratif, assistant du, assistante du, assistant de la
intern: stagiaire, apprenti, apprentie, alternant, alternante, en alternance, alternance, stage, eleve avocat
skip: stage manager, early stage
intern engineering: eleve ingenieur
intern research3: doctorant, doctorante
student: etudiant, etudiante, lyceen, lyceenne, eleve
deputy: adjoint, adjointe, suppleant
former: ancien, ancienne, ex
gone: retraite, retraitee, sans emploi, en recherche d emploi, demandeur d emploi, mere au foyer, pere au foyer, a la retraite, sans profession, chomage, recherche d emploi, demandeuse d emploi, futur pdg, future pdg, epouse du, epouse de, femme du, veuve
senior education3: directeur de these, directrice de these
junior: debutant
and: et
of: de, des, du, d, de la, des, a, au, aux, aupres, pour, en, l, sur
at: chez
word sales: vente, ventes, developpement commercial, developpement des ventes, force de vente, magasin, magasins, clientele, grands comptes, comptes cles, adv, administration des ventes, commerce, relation commerciale, immobilier, rayon
word marketing: communication, evenementiel, evenementiels, publicite, presse, relations publiques, relations presse, digital, marque
word engineering1: technique, developpement, ingenierie, maintenance, logiciel, mecanique, bureau d etudes, travaux, electrique, conception
word engineering: etudes et developpement, developpement logiciel, developpement informatique
word it: informatique, si, systemes, systemes d information, reseaux, reseau, moa, systeme d information, systemes et reseaux, infrastructure, bases de donnees, support informatique, transformation digitale
word security: securite, securite informatique, securite des systemes d information, cybersecurite, securite des si
word data: donnees
word product: produit, produits
word finance: financier, financiere, comptable, comptabilite, compta, controle de gestion, paie, tresorerie, fiscalite, fiscal, credit, recouvrement, financement, audit interne, banque, assurances, finances, administratif et financier
word sales: service commercial
word hr: personnel, ressources humaines, rh, recrutement, formation, paie rh
word legal: juridique, conformite, droit, contentieux, affaires juridiques, protection des donnees
word operations1: logistique, qualite, usine, exploitation, entrepot, chantier, qhse, hse, stock, stocks, approvisionnements logistiques, atelier, transport, fabrication, surete
word operations0: projet, projets
word procurement: achat, achats, approvisionnement, approvisionnements
word design: artistique, graphique, creation, design graphique
word research: recherche, recherches, recherche et developpement, laboratoire
word education: pedagogique, scolaire, ecole, enseignement, universite, etablissement scolaire
word healthcare: sante, soins, hopital, infirmier chef, clinique
word customerService: service client, relation client, service clients, sav, support client, relations clients, service apres vente
entry: chef de rang, chef de partie, commis
entry operations1: conducteur, conductrice, conducteur d engins
entry legal3: charge d affaires reglementaires, chargee d affaires reglementaires
word legal: affaires reglementaires, reglementaire
`;
export const SPANISH = `
owner executive1: dueno, duena, propietario, propietaria, fundador, fundadora, co fundador, cofundador, cofundadora, co fundadora, socio, socia, socio fundador, socia fundadora, socio director, socia directora, socio gerente, socio administrador, empresario, empresaria, emprendedor, emprendedora, titular, copropietario
owner: autonomo, autonoma, trabajador por cuenta propia, por cuenta propia, freelance autonomo
cLevel executive4: director general, directora general, gerente general, consejero delegado, consejera delegada, director ejecutivo, directora ejecutiva, presidente ejecutivo, presidenta ejecutiva, director gerente, directora gerente, administrador unico, administradora unica, apoderado general
board executive: presidente, presidenta, presidente del consejo, presidente del consejo de administracion, miembro del consejo, miembro del consejo de administracion, consejero independiente, consejera independiente, administrador solidario, administrador mancomunado, representante legal, vocal del consejo, miembro de la junta directiva, presidente de la junta
vicePresident: vicepresidente, vicepresidenta, vicepresidente ejecutivo
vicePresident executive0: subdirector general, subdirectora general, director general adjunto, directora general adjunta
director: directora, subdirector, subdirectora
director education3: decano, decana, director academico, directora academica, rectora
director marketing: redactor jefe, redactora jefa, redactora jefe
manager: gerente, gerenta, gte, jefe, jefa, encargado, encargada, lider, supervisora, subgerente, subjefe, coordinador, coordinadora, lider de equipo, jefatura, mando intermedio
manager sales: encargado de tienda, encargada de tienda, responsable de tienda, jefe de tienda, gerente de tienda
manager finance3: tesorero, tesorera, contralor, contralora, contador general
manager operations1: jefe de obra, jefa de obra, capataz, jefe de planta
manager engineering: jefe de taller
manager education: jefe de estudios, jefa de estudios
manager healthcare: jefe de servicio de urgencias
senior operations0: jefe de proyecto, jefe de proyectos, jefa de proyecto, jefa de proyectos, gerente de proyecto, gerente de proyectos, lider de proyecto, lider de proyectos, director de proyecto, director de proyectos, gestor de proyectos
senior product3: jefe de producto, jefa de producto, gerente de producto, gerente de productos
senior sales3: gerente de cuenta, gerente de cuentas, gerente de cuentas clave, responsable de grandes cuentas, gestor de cuentas
senior marketing3: jefe de marca, jefa de marca, gerente de marca
senior engineering: lider tecnico, lider tecnica
senior: consultor, consultora, asesor, asesora, arquitecto, arquitecta, experto, experta, consejero, consejera
senior finance3: asesor financiero, asesora financiera, asesor fiscal, asesora fiscal
senior: socio de negocio, socio de negocios, socio estrategico
senior sales: socio comercial
senior hr3: socio de negocio de rrhh, socio de negocios de rrhh
senior design3: director de fotografia, directora de fotografia, diretor de fotografia, diretora de fotografia, direttore della fotografia
senior education3: catedratico, catedratica, profesor titular, profesora titular, profesor titular de universidad
entry: analista, empleado, empleada, auxiliar, administrativo, administrativa, recepcionista, funcionario, funcionaria, oficinista, especialista, agente, traductor, traductora, oficial, colaborador, colaboradora, operador, operadora, representante, promotor, promotora, delegado, delegada, inspector, inspectora, asociado, cocinero, camarero, trabajador, trabajadora, generalista, administrador, administradora, ejecutivo, ejecutiva, auxiliar administrativo, auxiliar administrativa, ayudante
entry sales3: vendedor, vendedora, representante de ventas, representante comercial, asesor comercial, asesora comercial, asesor de ventas, asesora de ventas, agente comercial, delegado comercial, delegada comercial, dependiente, dependienta, tecnico comercial, gestor comercial, ejecutivo de ventas, ejecutiva de ventas, ejecutivo de cuenta, ejecutivo de cuentas, ejecutiva de cuentas, ejecutiva de cuenta, cajero, cajera, visitador medico, visitadora medica, agente inmobiliario, agente inmobiliaria, ejecutivo comercial, ejecutiva comercial, asesor inmobiliario
entry marketing3: periodista, redactor, redactora, community, redactor de contenidos
entry engineering1: ingeniero, ingeniera, desarrollador, desarrolladora, programador, programadora, electricista, soldador, delineante
entry engineering: ingeniero de proyectos, ingeniero de procesos
entry it3: administrador de sistemas, administradora de sistemas, tecnico informatico, tecnica informatica, tecnico de sistemas, analista de sistemas, administradora de redes, administrador de redes, soporte tecnico, soporte tecnico informatico, soporte informatico
maybeEntry sales: comercial
maybeEntry engineering0: tecnico, tecnica
maybeEntry engineering1: mecanico, mecanica
maybeEntry it: informatico
maybeEntry finance: contable, contabile
entry finance3: contador, contadora, contador publico, contadora publica, auditor, auditora, auxiliar contable, analista financiero, administrativo contable, cajero de banco, bancario
entry hr3: reclutador, reclutadora, tecnico de seleccion, formador, formadora, capacitador
entry legal3: abogado, abogada, asesor juridico, asesora juridica, procurador, procuradora, notaria, delegado de proteccion de datos, abogado corporativo
entry operations1: operario, operaria, conductor, conductora, chofer, mozo de almacen, almacenista, transportista, repartidor, montacarguista, despachador
entry procurement3: comprador, compradora
entry design3: disenador, disenadora, fotografo, fotografa
entry research3: investigador, investigadora, cientifico, cientifica, quimico, quimica, tecnico de laboratorio, tecnica de laboratorio, biologo
entry data3: cientifico de datos, cientifica de datos, ingeniero de datos, ingeniera de datos
entry education3: profesor, profesora, maestro, maestra, docente, orientador, orientadora, educador, educadora
entry healthcare3: enfermero, enfermera, medico, medica, farmaceutico, farmaceutica, odontologo, odontologa, psicologo, psicologa, fisioterapeuta, veterinario, veterinaria, cirujano, dentista, auxiliar de enfermeria, nutriologo, terapeuta
entry customerService3: teleoperador, teleoperadora, agente de atencion al cliente, asesor de servicio al cliente
assist: asistente, secretaria, secretario, asistente de direccion, asistente ejecutiva, asistente ejecutivo, secretaria de direccion, asistente administrativo, asistente administrativa
intern: becario, becaria, practicante, pasante, aprendiz, en practicas, alumno en practicas, residente, practicas
student: estudiante, alumno, alumna
deputy: adjunto, adjunta, sub
former: ex, antiguo, exdirector, exdirectora, exgerente, expresidente, exceo
gone: jubilado, jubilada, desempleado, desempleada, ama de casa, buscando empleo, en busca de empleo, desocupado, pensionado, aspirante a, futuro ceo, esposa de, esposa del, esposo de, viuda de
and: y
of: del, para, por, al
word sales: ventas, desarrollo de negocio, desarrollo de negocios, tienda, tiendas, cuentas, exportacion, retail, inmobiliario, inmobiliaria, negocios
word marketing: mercadeo, mercadotecnia, comunicacion, comunicaciones, publicidad, prensa, relaciones publicas, marca, contenidos
word engineering1: ingenieria, desarrollo, mantenimiento, tecnologia, taller
word it: sistemas, ti, tecnologias de la informacion, tecnologia de la informacion, informatica, redes, seguridad ti, infraestructura ti, tic
word security: seguridad de la informacion, seguridad informatica, seguridad, ciberseguridad
word data: datos
word product: producto, productos
word finance: financiero, financiera, finanzas, contabilidad, tesoreria, credito, cobranza, cobranzas, administracion y finanzas, fiscal, impuestos, auditoria, nomina, nominas, facturacion, costos, administracion, administrativo y financiero, seguros
word hr: recursos humanos, rrhh, rr hh, personal, personas, capital humano, gestion humana, seleccion, talento humano, talento, capacitacion, reclutamiento, formacion
word legal: juridico, juridica, legal, cumplimiento, asesoria juridica, legales, proteccion de datos
word operations1: logistica, planta, produccion, calidad, almacen, obra, obras, turno, mantenimiento industrial, transporte, cadena de suministro, prevencion, bodega, inventarios, seguridad industrial, seguridad y salud
word operations0: operaciones, operativo, operativa, proyecto, proyectos
word procurement: compras, abastecimiento, aprovisionamiento, adquisiciones
word design: creativo, creativa, diseno
word research: investigacion, i&d, laboratorio, investigacion y desarrollo, innovacion
word education: academico, academica, escolar, colegio, escuela, docencia, educacion, universidad
word healthcare: enfermeria, salud, hospital, urgencias
word customerService: atencion al cliente, servicio al cliente, servicio a clientes, atencion a clientes, soporte al cliente
director executive0: jefe de gabinete, jefa de gabinete
word operations1: prevencion de riesgos, prevencion de riesgos laborales, seguridad laboral, seguridad e higiene
word hr: relaciones laborales
word finance3: cuentas por pagar, cuentas por cobrar
manager finance3: gerente de cuentas por pagar, gerente de cuentas por cobrar
`;
export const PORTUGUESE = `
owner executive1: socio proprietario, socia proprietaria, dono, dona, socio gerente, socia gerente, socio diretor, socio administrador, proprietaria, cofundador, microempresario, socio fundador
owner: trabalhador independente, autonomo
skip: dona de casa
cLevel executive4: diretor presidente, diretora presidente, diretor geral, diretora geral, diretor executivo, diretora executiva, gerente geral, presidente executivo, administrador delegado, diretor superintendente
board executive: presidente do conselho, presidente do conselho de administracao, membro do conselho de administracao, membro do conselho, conselheira de administracao, conselheiro de administracao, vogal do conselho de administracao, conselheira, =administrador, =administradora
vicePresident executive0: subdiretor geral, subdiretora geral, diretor geral adjunto, diretora geral adjunta
director: diretor, diretora, superintendente, subdiretor, subdiretora, directora
director education3: reitor, reitora
manager: coordenador, coordenadora, gestor de equipe, chefe, encarregado, encarregada, responsavel, gestora, gestor, lider de equipe, chefia, gerencia, subgerente
manager sales: gerente de loja
word: gestor, gestora
manager operations1: mestre de obras
manager finance3: tesoureiro, tesoureira
senior operations0: gerente de projeto, gerente de projetos, gestor de projeto, gestor de projetos, gestora de projetos, lider de projeto, lider de projetos, coordenador de projetos
senior product3: gerente de produto, gestor de produto, gerente de produtos, gestora de produto
senior sales3: gerente de contas, gerente de contas chave, gestor de contas
senior: assessor, arquiteto, arquiteta
senior education3: professor catedratico, professora catedratica, professora associada, professor associado
senior education3: professor titular
entry: funcionaria, escriturario, escrituraria, secretariado, assistente tecnico, executivo de, tecnico administrativo, analista administrativo
entry sales3: representante de vendas, executivo de contas, executiva de contas, executivo de vendas, executiva de vendas, consultor de vendas, consultora de vendas, consultora comercial, consultor comercial, promotor de vendas, corretor de imoveis, corretor, corretora, balconista, delegado de informacao medica, analista comercial, operador de caixa
entry marketing3: jornalista, redator, redatora, assessora de imprensa, assessor de imprensa
entry engineering1: engenheiro, engenheira, desenvolvedor, desenvolvedora, eletricista, programadora
entry engineering: engenheiro de producao, engenheira de producao
entry it3: tecnico de informatica, analista de suporte, analista de ti, tecnico de ti, analista de suporte de ti
entry finance3: contabilista, tecnico oficial de contas, analista contabil, auxiliar financeiro
entry hr3: recrutador, recrutadora, analista de departamento pessoal, analista de rh
entry legal3: advogado, advogada, solicitador, solicitadora, jurista
entry operations1: motorista, almoxarife, operador de maquinas, operador de producao, conferente, estoquista
entry research3: pesquisador, pesquisadora, cientista, bolseiro de investigacao, bolseira de investigacao
entry data3: cientista de dados, engenheiro de dados, engenheira de dados
entry education3: professora primaria, professor do ensino medio, professor de
entry healthcare3: enfermeira, enfermeiro, farmaceutica, psicologa, nutricionista, tecnica de enfermagem, tecnico de enfermagem, fonoaudiologo
entry customerService3: atendente, operador de telemarketing, operadora de telemarketing
assist: assistente, assessora da presidencia, assessor da presidencia, assistente executiva, secretaria executiva
intern: estagiario, estagiaria, jovem aprendiz, menor aprendiz, estagio
student: estudante
gone: aposentado, aposentada, desempregada, desempregado, do lar, reformado, reformada
and: e
of: do, da, dos, das, pelo, pela, no, na
word sales: vendas, novos negocios, contas, loja, lojas, imoveis
word marketing: comunicacao, imprensa, publicidade e propaganda
word engineering1: engenharia, manutencao, desenvolvimento
word it: tecnologia da informacao, sistemas de informacao, infraestrutura de ti
word security: seguranca da informacao, seguranca
word data: dados
word product: produto, produtos
word finance: financeiro, financeira, contabil, contabilidade, administrativo financeiro, administrativo e financeiro, financas, controladoria, fiscal, tesouraria, custos, faturamento
word hr: gente e gestao, recrutamento, departamento pessoal, pessoas, treinamento, gestao de pessoas
word legal: juridico, juridica, direito
word operations1: industrial, producao, qualidade, armazem, expedicao, estoque, almoxarifado
word operations0: operacoes, projeto, projetos
word procurement: suprimentos
word research: pesquisa, investigacao, pesquisa e desenvolvimento, laboratorio
word education: pedagogica, pedagogico, escola, curso, ensino, educacao infantil, educacao
word healthcare: clinico, clinica, enfermagem, saude
word customerService: atendimento, atendimento ao cliente, apoio ao cliente, sac
director executive0: chefe de gabinete
word operations1: seguranca do trabalho
word finance3: contas a pagar, contas a receber
`;
export const ITALIAN = `
owner executive1: titolare, titolare d azienda, contitolare, fondatore, fondatrice, co fondatore, cofondatore, socio titolare, socia titolare, proprietario, imprenditore, imprenditrice
owner: libero professionista, libera professionista, partita iva
cLevel executive4: amministratore delegato, amministratrice delegata, amministratore unico, amministratrice unica, direttore generale, direttrice generale, presidente e ad, =ad, consigliere delegato
board executive: =amministratore, =amministratrice, consigliere di amministrazione, membro del consiglio di amministrazione, membro del cda, presidente del cda, presidente del consiglio di amministrazione, legale rappresentante
vicePresident executive0: vice direttore generale, vicedirettore generale
director: direttore, direttrice, vicedirettore, dirigente
director finance: direttore amministrativo
director education3: dirigente scolastico, preside, rettore
director healthcare3: direttore sanitario, primario
director operations: direttore operativo
manager: responsabile, capo, capo reparto, caporeparto, capoufficio, capo ufficio, capo area, coordinatore, coordinatrice, quadro, capo servizio, capoturno, capo turno, capo settore, caposquadra
manager sales: responsabile punto vendita, responsabile di negozio, responsabile negozio
manager finance3: capo contabile, tesoriere, responsabile amministrativo, responsabile amministrazione
manager operations1: capocantiere, capo cantiere, direttore lavori, direttore dei lavori, rspp
manager engineering: capo officina, capofficina
manager healthcare3: caposala, coordinatore infermieristico, coordinatrice infermieristica
senior operations0: capo progetto, capoprogetto, responsabile di progetto, responsabile progetto
senior product3: responsabile di prodotto, responsabile prodotto
senior sales3: responsabile grandi clienti
senior: consulente, esperto, esperta, architetto
senior finance3: commercialista, dottore commercialista, consulente finanziario, revisore legale, revisore dei conti
senior hr3: consulente del lavoro
senior it: consulente informatico
senior education3: professore ordinario, professore associato, professoressa ordinaria
entry: impiegato, impiegata, addetto, addetta, operaio, operaia, dipendente, collaboratore, collaboratrice, geometra, interprete, specialista, operatore, operatrice, cameriere, cuoco, impiegata amministrativa, impiegato amministrativo
entry sales3: agente di commercio, venditore, venditrice, commesso, commessa, rappresentante, tecnico commerciale, agente immobiliare, consulente commerciale, informatore scientifico, informatore scientifico del farmaco, addetto vendite, addetta vendite, commerciale, impiegato commerciale, impiegata commerciale, agente
entry marketing3: giornalista, addetto stampa, addetta stampa
entry engineering1: ingegnere, sviluppatore, sviluppatrice, programmatore, programmatrice, progettista, manutentore, disegnatore, disegnatrice, elettricista, perito, saldatore, tornitore
entry it3: sistemista, amministratore di sistema, amministratore di sistemi, tecnico informatico
maybeEntry engineering1: meccanico
entry finance3: ragioniere, ragioniera, revisore, revisore interno, impiegata contabile, impiegato contabile, addetta paghe, impiegato amministrativo contabile
entry hr3: selezionatore, selezionatrice, formatore, formatrice, addetto alla selezione
entry legal3: avvocato, avvocata, giurista, legale interno, notaio, giurista d impresa
entry operations1: magazziniere, magazziniera, autista, mulettista, operatore di produzione, corriere
entry procurement3: addetto acquisti, addetta acquisti
entry design3: grafico, grafica, fotografo, fotografa
entry research3: ricercatore, ricercatrice, tecnico di laboratorio, biologo, biologa, chimico
entry data3: analista dati
entry education3: insegnante, maestra elementare, professoressa, professore, maestro, educatrice
entry healthcare3: infermiere, infermiera, medico, farmacista, odontoiatra, fisioterapista, psicologo, psicologa, ostetrica, medico di base, oss, dottoressa
entry customerService3: operatrice call center, operatore call center
assist: segretaria, segretario, segretaria di direzione, segreteria di direzione, assistente di direzione, assistente personale, segreteria
intern: stagista, tirocinante, apprendista, praticante, tirocinio
student: studente, studentessa
gone: pensionato, pensionata, casalinga, disoccupato, disoccupata, in cerca di occupazione
and: ed
of: di, dei, degli, della, dello, delle, dell, alla, alle, allo, agli, per, con
at: presso
word sales: vendite, commerciale, punto vendita, negozio, sviluppo business, ufficio commerciale, area vendite, estero vendite
word marketing: comunicazione, ufficio stampa, stampa, pubblicita
word engineering1: manutenzione, ufficio tecnico, sviluppo, progettazione, meccanica, sviluppo software
word it: sistemi informativi, ced
word security: sicurezza informatica, sicurezza
word data: dati
word product: prodotto
word finance: finanziario, finanziaria, amministrazione, contabilita, amministrazione e finanza, controllo di gestione, finanza, paghe, paghe e contributi, tesoreria, amministrazione finanza e controllo, finanza e controllo
word finance1: amministrativo
word hr: risorse umane, personale, formazione, selezione, selezione del personale
word legal: affari legali, ufficio legale, legale
word operations1: stabilimento, produzione, magazzino, qualita, cantiere
word operations0: operativo, progetto
word procurement: acquisti, ufficio acquisti, approvvigionamenti
word design: creativo
word research: ricerca, ricerca e sviluppo, r&s, laboratorio
word healthcare: sanitario, infermieristico, infermieristica
word education: scolastico, scolastica
word customerService: assistenza clienti, servizio clienti, customer care
word executive: direzione generale
`;

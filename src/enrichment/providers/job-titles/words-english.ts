/** English titles, which other languages borrow. Made by hand, 2026-11. The form stands in title-lexicon.ts. */
export const ENGLISH = `
owner executive1: owner, co owner, coowner, founder, co founder, cofounder, founders, proprietor, sole proprietor, proprietress, business owner, small business owner, entrepreneur, serial entrepreneur, owner operator, restaurateur, sole trader, franchisee, franchise owner, shareholder, self made
owner: self employed
partner: partner
owner executive1: managing partner, founding partner, senior partner, equity partner, general partner, name partner, co managing partner
cLevel executive4: ceo, chief executive, chief executive officer, executive chairman, executive chairwoman, group ceo
board executive4: chairman, chairwoman, chairperson, =chair, =co chair, =vice chair, chair of trustees, chairman of the board, chair of the board, board chair, board chairman, chairperson of the supervisory board, president of the board
board executive0: board member, member of the board, member of the board of directors, board of directors, board director, non executive director, nonexecutive director, independent director, independent board director, ned, board trustee, trustee, board advisor, member of the advisory board, advisory board member, supervisory board member, member of the supervisory board
cLevel executive0: president, managing director, md, co president
cLevel executive0: =executive director
director executive0: executive director
cLevel finance4: cfo, chief financial officer, chief finance officer, chief risk officer, chief investment officer, chief accounting officer
cLevel engineering4: cto, chief technology officer, chief technical officer
cLevel operations4: coo, chief operating officer
cLevel it4: cio, chief information officer
cLevel marketing4: cmo
cLevel hr4: chro
cLevel security4: ciso
cLevel executive: secretary general, general secretary
cLevel: cpo, cdo, cso, cco, cxo, clo, cgo, cbo, cao, cro, cpto, c level, c suite
vicePresident: vice president, vp, svp, evp, fvp, rvp, gvp, senior vice president, executive vice president, first vice president, group vice president, regional vice president, area vice president, vice pres, sr vp, vicepresident
vicePresident executive0: deputy ceo
director: associate vice president, avp, assoc vp, associate vp
manager: assistant vice president, asst vice president, assistant vp
director: director, dir, directors, senior director, associate director, department head, division head, head of department, co director
director executive0: general manager, gm, country manager, country director, country head, regional general manager, chief of staff, business unit head, head of business unit
manager executive0: deputy general manager, assistant general manager, agm
director sales3: account director, group account director, client director
director legal3: general counsel, company secretary, corporate secretary, chief counsel
director: chair, associate partner, junior partner, salaried partner
director education3: department chair, chair of department
entry: chief petty officer, chief warrant officer, chief mate, chief steward
director research3: chief scientist
director finance3: chief economist
director healthcare3: chief physician, chief nurse, chief pharmacist, matron
director education3: school principal, headteacher, head teacher, headmaster, headmistress, dean, vice dean, provost, chancellor, vice chancellor, head of school, school director, superintendent of schools, vice principal, assistant principal, deputy head teacher
director marketing: editor in chief
senior design3: art director, director of photography, cinematographer
manager education3: head of year
headOf: head
skip: head office, head start, head of state, lead singer, lead vocalist, lead guitarist, lead actor, lead actress, lead role
skip: secretary of state, secretary of the treasury, secretary of treasury, secretary of defense, secretary of defence, secretary of labor, secretary of education, secretary of commerce, secretary of agriculture, secretary of transportation, secretary of energy, secretary of the interior, secretary of the army, secretary of the navy, secretary of the air force, secretary of homeland security, secretary of health, under secretary, undersecretary, permanent secretary, parliamentary secretary, state secretary, cabinet secretary, foreign secretary, home secretary
skip: ambassador of, ambassador to, ambassador extraordinary
entry marketing3: press secretary
manager: head gardener, head brewer, head sommelier, head groundsman, head bartender, head barista
manager marketing3: managing editor
intern: ceo in training, manager in training, general manager in training, director in training, officer in training
chiefOf: chief
maybeManager: chef
maybeEntry sales: commercial
entry: personal trainer, personal shopper, pastry chef, commis chef
entry finance3: personal banker, private banker
lead: lead
manager: manager, mgr, mngr, managers, team lead, team leader, teamlead, group lead, group leader, supervisor, section head, team head, leader, section chief, squad lead, shift leader, superintendent, unit manager, head chef, executive chef, chef de cuisine, department manager, duty manager, people manager, manageress, line manager
manager operations1: foreman, forewoman, site foreman, plant superintendent
manager finance3: financial controller, controller, comptroller, chief accountant, treasurer, group controller, head cashier
manager engineering3: chief engineer, chief architect, engineering lead
manager sales3: store manager, shop manager, branch manager, dealer principal
manager product3: group product manager, product lead, product management lead
manager healthcare3: nurse manager, ward manager, practice manager, charge nurse, head nurse, ward sister
manager hr3: training manager
senior product3: product owner, product manager, technical product owner, technical product manager, principal product manager, product owners
senior operations0: project manager, program manager, programme manager, project lead, project leader, process owner, business process owner, change manager, project mgr
senior operations1: office manager
senior it1: solution architect, solutions architect, solution consultant, solutions consultant
entry it1: solution engineer, solutions engineer
senior engineering: scrum master, agile coach, tech lead, technical lead, dev lead, founding engineer, release manager, lead tech
senior it3: service owner, system owner, platform owner, application owner, incident manager, it business partner
senior data3: data owner, data steward
senior: content owner, solution owner, feature owner, risk owner, control owner, journey owner, value stream owner, domain owner, asset owner, task owner, contract owner, budget owner, business relationship manager
skip: home owner, homeowner, pet owner, dog owner, cat owner, car owner, house owner, owner relations, founder relations, partner relations, investor relations officer
senior sales3: account manager, key account manager, strategic account manager, global account manager, technical account manager, relationship manager, partner manager, channel partner manager, partner account manager, territory manager, partnership manager, partnerships manager, alliance manager, client manager, client partner, bid manager, key accounts manager, national account manager, kam, partner development manager, channel account manager, named account manager, client relationship manager, regional account manager
senior marketing3: brand manager, community manager, social media manager, content manager, event manager, events manager, campaign manager, product marketing manager senior
manager marketing3: product marketing manager, brand marketing manager, partner marketing manager, content marketing manager
senior customerService3: customer success manager, csm, client success manager
senior procurement3: category manager
senior finance3: portfolio manager, fund manager, investment manager, asset manager, wealth manager, financial advisor, financial adviser, finance business partner, tax advisor, financial consultant, investment advisor, certified public accountant, wealth advisor
senior hr3: hr business partner, hrbp, people partner, talent partner, talent acquisition partner, people business partner, human resources business partner, learning partner, recruiting partner, hr partner
senior: business partner, technology partner, strategic partner, delivery partner, solution partner, alliance partner, innovation partner, design partner, project partner, civil partner, channel partner, sparring partner
word sales3: partner sales, channel partner, partner success, partner development, partner enablement, partner management, partnerships, alliances, partner program
word marketing3: partner marketing
senior healthcare3: case manager, care manager
senior education3: professor, associate professor, assistant professor, adjunct professor, full professor, visiting professor, senior lecturer, university professor, prof
senior research3: principal investigator, research fellow, fellow researcher
senior: consultant, adviser, advisor, expert, subject matter expert, sme, architect, fellow, strategist, specialist lead, assistant manager, coach, evangelist, principal consultant, managing associate
principal: principal
senior design3: interior architect
executive: executive
entry: ambassador, counselor, counsellor, associate, analyst, specialist, coordinator, co ordinator, administrator, officer, representative, rep, agent, clerk, worker, employee, staff member, team member, crew member, operative, generalist, technologist, attendant, receptionist, front desk agent, front desk, translator, interpreter, waiter, waitress, bartender, barista, cleaner, janitor, housekeeper, inspector, surveyor, organizer, member of staff, staff, handyman, typist, business analyst, examiner, assessor, professional, practitioner, contractor, cook, sous chef, florist, hairdresser, stylist, pilot, flight attendant, firefighter, police officer, soldier
entry operations0: planner, project coordinator, project assistant, project officer, project administrator, expediter, scheduler
entry sales3: account executive, sales representative, sales rep, sales associate, sales executive, sdr, bdr, sales development representative, business development representative, business development executive, sales engineer, salesman, saleswoman, salesperson, cashier, real estate agent, realtor, estate agent, insurance agent, medical representative, pre sales engineer, presales engineer, presales consultant, store associate, retail associate, sales support specialist, sales support, telemarketer, insurance broker, merchandiser, sales engineers, shop assistant, sales advisor, auctioneer
senior sales3: sales consultant, enterprise sales consultant
entry marketing3: copywriter, content writer, content creator, journalist, reporter, editor, growth hacker, press officer, marketeer, marketer, blogger, writer, author, spokesperson, publicist, event planner, event coordinator, events coordinator
entry engineering1: engineer, developer, dev, programmer, technician, tester, machinist, mechanic, electrician, coder, welder, fitter, toolmaker, draftsman, drafter, plumber, engineers
entry engineering: design engineer, mechanical design engineer, software engineer, software developer, web developer, devops engineer, test engineer, site reliability engineer, sre, full stack developer, fullstack developer, project engineer, hardware engineer
entry it3: system administrator, systems administrator, sysadmin, network administrator, database administrator, dba, systems analyst, system analyst, system engineer, systems engineer, network engineer, it support, helpdesk, webmaster
entry customerService3: support engineer, technical support engineer, support specialist, support agent, csr, customer care associate
entry data3: data analyst, data engineer, data scientist, machine learning engineer, ml engineer, ai engineer, statistician, bi analyst, bi developer, data annotator
entry operations3: data entry clerk, data entry operator, data entry specialist
entry security3: penetration tester, pentester, security guard, guard, ethical hacker, soc analyst, bouncer
entry product3: product analyst, product specialist
entry design3: designer, photographer, illustrator, animator, cameraman, videographer, video editor, decorator, graphic artist, ux researcher
entry research1: scientist, chemist, biologist, physicist, postdoc, post doc, post doctoral
entry research3: researcher, research assistant, research associate, clinical research associate, lab technician, laboratory technician, lab assistant, postdoctoral researcher, research scientist, data collector, cra
entry education3: teacher, lecturer, instructor, tutor, librarian, teaching assistant, educator, schoolteacher, substitute teacher, student advisor, student adviser, student counselor, student services coordinator, academic advisor, school counselor, curriculum developer, faculty member
entry healthcare3: nurse, rn, lpn, registered nurse, physician, doctor, pharmacist, dentist, physiotherapist, physical therapist, surgeon, veterinarian, vet, psychologist, psychiatrist, caregiver, carer, paramedic, dental hygienist, hygienist, medical assistant, therapist, midwife, cardiologist, radiologist, pediatrician, optician, optometrist, dietitian, nutritionist, anesthesiologist, dermatologist, social worker, medical doctor, occupational therapist, radiographer, general practitioner, phlebotomist
entry finance3: accountant, bookkeeper, auditor, actuary, teller, bank teller, underwriter, internal auditor, accounts payable clerk, accounts assistant, loan officer, tax preparer, banker, broker, trader, billing clerk, staff accountant, claims adjuster, investment analyst, cost accountant, payroll administrator, economist
entry hr3: recruiter, headhunter, head hunter, trainer, talent sourcer, hr generalist, internship coordinator, interviewer, technical recruiter, it recruiter, human resources generalist
entry legal3: lawyer, attorney, paralegal, counsel, solicitor, barrister, notary, legal counsel, corporate counsel, legal assistant, compliance officer, data protection officer, dpo, contract specialist, contracts specialist, associate attorney, judge, patent attorney, legal secretary, privacy officer
senior legal3: senior counsel, senior legal counsel
entry operations1: driver, operator, dispatcher, warehouse worker, warehouse associate, production worker, courier, packer, picker, loader, forklift operator, machine operator, quality inspector, stock clerk, mover, assembler, quality controller, storekeeper
entry procurement3: buyer, purchaser, purchasing agent, merchandise buyer
entry sales3: inside sales representative, internal sales representative, outside sales representative
assistant: assistant, asst
assist: executive assistant, ea, personal assistant, pa, secretary, administrative assistant, admin assistant, admin asst, office assistant, virtual assistant, assistant to, assistants, chief of staff assistant, management assistant, board secretary, executive secretary, support to
skip: ceo office, office of the ceo, ceo s office
intern: intern, interns, apprentice, trainee, working student, student worker, summer intern, internship, graduate trainee, management trainee, mba candidate, undergraduate, undergraduate student, student teacher, student assistant, trainee manager
intern research3: phd student, phd candidate, doctoral student, doctoral candidate
intern legal3: law student, articled clerk
intern healthcare3: medical student, student nurse, nursing student
word: internship program, graduate program, trainee program
student education1: student, students, mba student
deputy: deputy, vice, second
experienced: senior, sr, snr, experienced
junior: junior, jr, jnr, graduate, entry level, trainee level
former: former, formerly, ex, past, previous, previously, ex employee
gone: retired, retiree, pensioner, unemployed, between jobs, emeritus, homemaker, housewife, stay at home, looking for, seeking, open to work, job seeker, not employed, in transition, deceased, aspiring, wannabe, would be, future ceo, future cfo, future cto, future founder, future president, wife of, husband of, spouse of, widow of, son of, daughter of
ofLast: of, for, to, in charge of, responsible for, with, in, on, within
at: at, @
company: gmbh, ag, inc, ltd, llc, corp, corporation, kg, plc, sarl, srl, bv, nv, oy, gbr, mbh, limited, holding
and: &, and
senior engineering1: principal engineer, staff engineer, staff software engineer, distinguished engineer, principal software engineer
senior research1: principal scientist, staff scientist
senior data3: staff data scientist, principal data scientist
word sales: sales, new business, business development, bd, revenue, biz dev, accounts sales, key accounts, key account, channel, retail, e commerce sales, lead generation, presales, pre sales, inside sales, real estate, trade, strategic accounts, account management, customer acquisition, export, merchandising, partner channel
word sales3: sales operations, sales support, sales enablement, sales marketing, technical sales, medical sales, sales training, commercial operations, international sales, sales administration
word marketing: marketing, mktg, brand, branding, communications, communication, comms, public relations, pr, content, seo, sem, demand generation, demand gen, growth, campaign, campaigns, social media, advertising, media, press, events, event, corporate communications, digital marketing, editorial, public affairs, promotion, publishing, crm marketing, copywriting, ppc, digital media
word marketing1: digital
word marketing3: product marketing, marketing operations, market research, marketing communications, marketing analytics, email marketing, marketing automation, field marketing, trade marketing, marketing technology, marketing design
word engineering1: engineering, software, technology, technical, tech, development, devops, java, python, javascript, frontend, front end, backend, back end, full stack, embedded, mechanical, electrical, hardware, qa, test, testing, maintenance, automation, platform engineering, app, web, mobile, civil, robotics, reliability, firmware, structural, electronics, chemical, testautomation, mechatronics
word engineering: software engineering, software development, r&d engineering, engineering team, software architecture, product development, solution architecture, application development, game development, platform
word it1: information, systems, system, infrastructure, sap, salesforce, cloud, applications, application, solutions architecture, erp, crm, database, network administration, desktop, servicenow, digital transformation
word it: it, information technology, information systems, ict, network, networks, service desk, help desk, it operations, it infrastructure, enterprise applications, it service, data center, data centre, it support, desktop support, it systems, mis, it services, network operations
word security: security, cybersecurity, cyber security, cyber, infosec, information security, it security, network security, cloud security, soc, data security, application security, appsec, loss prevention
word data: data, analytics, bi, business intelligence, machine learning, data science, ai, artificial intelligence, data analytics, data engineering, big data, insights, ml, data analysis, data & analytics, master data, data platform, reporting
word product: product, products, product management, product ownership
word product3: digital product
word customerService: customer service, customer support, customer success, customer experience, client services, customer care, call center, call centre, contact center, contact centre, client service, cx, client success, technical support, after sales, aftersales, customer services, customer relations, client support, guest relations, guest services, client experience, service client, customer operations
word customerService1: customer, customers, support, client, clients, experience
word finance: finance, financial, accounting, accounts, accounts payable, accounts receivable, ap, ar, treasury, tax, audit, internal audit, payroll, credit, controlling, fp&a, billing, banking, investment, investments, risk, investor relations, insurance, assurance, corporate finance, m&a, mergers & acquisitions, mergers and acquisitions, private equity, wealth management, loans, lending, mortgage, financial planning, financial planning & analysis, budget, credit control, accountancy, claims, pricing, collections, equity research, costing
word hr: hr, human resources, people, talent, recruiting, recruitment, talent acquisition, l&d, learning & development, learning and development, training, people operations, people & culture, people and culture, compensation, compensation & benefits, benefits, employee relations, human capital, hcm, staffing, organizational development, workforce, learning, people ops, hris, employer branding, payroll & hr, diversity, employee experience, total rewards, onboarding
word legal: legal, law, compliance, privacy, regulatory, regulatory affairs, litigation, contracts, contract, data protection, employment law, corporate law, legal affairs, intellectual property, ip, gdpr, legal operations
word operations1: logistics, supply chain, production, manufacturing, plant, facility, facilities, warehouse, quality, site, fleet, construction, hse, ehs, health & safety, health and safety, safety, distribution, transport, transportation, shipping, inventory, process, fulfillment, materials, packaging, lean, continuous improvement, sustainability, service delivery, assembly, environmental, qhse, quality assurance, import export, administrative
word operations0: operations, operational, ops, project, projects, program, programme, pmo, delivery, project management, operating, business operations, workplace, transformation
word procurement: procurement, purchasing, purchase, purchases, sourcing, buying, strategic sourcing, vendor management, category management, supplier management, supplier, procure to pay
word design: design, ux, ui, creative, graphic, user experience, visual, motion, product design, interior design, interior, graphic design, ux design, ui ux, fashion design, industrial design, art, web design, photography
word research: research, r&d, laboratory, lab, scientific, research and development, research & development, innovation, clinical research, user research, innovation research, science, clinical trials
word education: education, student affairs, admissions, academic, academics, teaching, school, student services, student recruitment, student success, career education, curriculum, faculty, alumni, university, campus, international student services, student life, elearning, enrollment
word healthcare: healthcare, medical, clinical, nursing, health care, patient, hospital, pharmacy, dental, mental health, public health, health services, pharmacovigilance, health, therapy, care home, medicine
word executive0: =management, general management, executive management, senior management, board of management
senior: management consultant
word hr: labor relations, labour relations, industrial relations, workers compensation
`;

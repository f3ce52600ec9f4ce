import { wordsOf } from '../word-lists.js';

// Names that tell a language or an order, by hand (December 2026) from what registers of births and residents print as
// most frequent. Membership is evidence; absence is none.
/** Given names of Spain, Portugal and the Americas, also as second of two ("María José", "João Pedro"). */
export const IBERIAN_GIVEN = wordsOf(
  `josé jose maría maria juan luis carlos miguel ángel angel manuel francisco javier antonio pedro pablo jorge fernando
  alejandro alberto andrés andres diego daniel rafael ricardo roberto sergio raúl raul ramón ramon rubén ruben enrique
  eduardo alfonso alfredo álvaro alvaro arturo armando adrián adrian agustín agustin aurelio benito bernardo camilo
  césar cesar claudio cristóbal cristian david domingo emilio ernesto esteban eugenio federico felipe félix felix
  fermín fidel gabriel gerardo germán german gilberto gonzalo gregorio guillermo gustavo héctor hector hernán hernan
  horacio hugo humberto ignacio íñigo isaac ismael iván ivan jacinto jacobo jaime jairo jesús jesus joaquín joaquin joel
  julián julian julio lázaro leonardo leopoldo lorenzo lucas luciano marcelo marcos mariano mario martín martin mateo
  matías matias mauricio mauro maximiliano máximo nicolás nicolas octavio omar óscar oscar orlando osvaldo pascual
  patricio raimundo reinaldo rodolfo rodrigo rogelio román roman salvador samuel santiago saúl saul sebastián sebastian
  simón simon tomás tomas ulises valentín vicente víctor victor wilson xavier alonso alan alexander alexis axel brayan
  bruno bryan eloy elías elias emiliano emmanuel fabián fabian fabio facundo franco joan josep jordi jon kevin leandro
  lisandro néstor nestor noé nelson pascal rené rolando ronald thiago tobías wilmer yerson antoni josefa
  ana isabel carmen laura lucía lucia marta elena cristina pilar dolores teresa rosa rosario mercedes ángeles angeles
  antonia francisca josefina juana manuela beatriz silvia sofía sofia paula sara andrea patricia raquel mónica monica
  alicia alejandra adriana alba amalia amanda amparo ángela angela angélica angelica anabel araceli ariadna asunción
  aurora bárbara barbara belén belen berta blanca camila carla carlota carolina catalina cecilia celia clara claudia
  concepción consuelo daniela diana dulce edith elisa elsa elvira emilia emma encarnación esperanza estefanía
  estela ester esther estrella eugenia eva fátima fatima fernanda florencia gabriela georgina gisela gloria graciela
  guadalupe inés ines inmaculada irene iris jacqueline jimena ximena josefa julia juliana karina karla leonor leticia
  lidia liliana lilia lorena lourdes luisa luz magdalena margarita mariana marina maribel marisol martina matilde
  micaela milagros miriam montserrat nadia natalia nieves noelia noemí nora norma nuria olga olivia paloma paola pamela
  paulina paz perla raquel rebeca regina remedios rocío rocio romina rosalía rosana rosaura roxana ruth sandra selena
  soledad sonia susana tatiana teodora valentina valeria vanesa vanessa verónica veronica victoria violeta virginia
  viviana yolanda zoe aitana ainhoa aina àngels montse núria begoña itziar nerea
  joão joao antónio antônio luís luiz paulo tiago thiago henrique guilherme gustavo vítor vitor rui nuno hélder
  gonçalo duarte afonso vasco miguel bernardo caio davi enzo heitor arthur artur lorenzo otávio vinícius vinicius
  renan renato rogério sérgio márcio marcio fábio flávio cláudio júlio mário mauro murilo nicolas raul sílvio
  catarina inês joana mariana matilde beatriz francisca leonor rita sofia teresa eduarda júlia luiza luísa helena heloísa
  letícia larissa lívia lúcia márcia mônica patrícia rafaela sônia vitória isabela isabella alice cecília laís lara
  yasmin conceição graça aparecida`,
);

/** Family names of the same countries. */
export const IBERIAN_FAMILY = wordsOf(
  `garcía garcia rodríguez rodriguez gonzález gonzalez fernández fernandez lópez lopez martínez martinez sánchez sanchez
  pérez perez gómez gomez martín jiménez jimenez ruiz hernández hernandez díaz diaz moreno muñoz munoz álvarez alvarez
  romero alonso gutiérrez gutierrez navarro torres domínguez dominguez vázquez vazquez vásquez vasquez ramos gil
  ramírez ramirez serrano blanco molina morales suárez suarez ortega delgado castro ortiz rubio marín marin sanz núñez
  nunez iglesias medina garrido cortés cortes castillo santos lozano guerrero cano prieto méndez mendez cruz calvo
  gallego herrera márquez marquez león leon vidal peña pena flores cabrera campos vega fuentes carrasco díez diez
  reyes caballero nieto aguilar pascual santana herrero montero lorenzo hidalgo giménez gimenez ibáñez ibanez ferrer
  duran durán santiago benítez benitez vargas mora arias vicente carmona crespo román roman pastor soto sáez saez
  velasco moya soler parra esteban bravo gallardo rojas mendoza guzmán guzman chávez chavez rivera juárez juarez
  contreras estrada espinoza espinosa salazar sandoval luna acosta ríos rios valdez valdés valdes figueroa maldonado
  padilla cervantes miranda ávila avila salas solís solis cárdenas cardenas robles lara orozco trejo ayala villarreal
  velázquez velazquez rosales galván zamora barrera camacho escobar pacheco meza mejía mejia osorio quintero cortez
  restrepo londoño ospina zapata giraldo montoya arango uribe cardona henao jaramillo correa aguirre bermúdez paredes
  quispe mamani huamán vera silva bustamante espinel cáceres fonseca valencia vallejo villa villanueva zúñiga zuniga
  tapia sepúlveda araya valenzuela bravo pizarro toro henríquez godoy palma cornejo sosa peralta ledesma ponce
  quiroga ojeda godínez ocampo macías macias alcántara arroyo bautista benavides borges calderón calderon cuevas duarte
  escobedo esparza farías galindo gamboa granados huerta ibarra jaimes lugo mata melgar mercado monroy murillo nava
  olivares otero palacios pantoja pineda plaza portillo quesada rangel rentería rico rincón rivas rocha rosas saavedra
  salgado salinas sierra tejada téllez trujillo urbina valle varela vela velez vélez vergara zavala zambrano zepeda
  abad acevedo acuña aguado aguilera alarcón alcalá alfaro alonzo altamirano alvarado amador amaya anaya angulo aparicio
  aragón aranda arce arellano arenas arévalo armenta arreola arriaga arteaga ávalos avilés baena ballesteros banda barajas
  barragán barreto barrientos barrios barroso becerra beltrán benavente bernal berríos blasco bonilla briones briseño
  burgos bueno bustos caldera camarena camargo canales cantú caraballo carbajal carranza carreño carrera carrero carrillo
  carrión carvajal casas casillas castañeda castaño castellanos ceballos cedillo centeno cerda chacón cisneros cobo
  collado colón conde cordero córdoba cordova corona coronado corral cuellar cuéllar cuenca cuesta dávila dueñas echeverría
  elizondo enríquez escalante escalona escamilla escudero espino estévez fajardo feliciano ferrer fierro fraga franco frías
  funes gaitán galán galarza gálvez gamez gaona garay garza gastélum girón gracia grijalva guerra guevara guillén
  gurrola haro heredia hermosillo hinojosa hurtado izquierdo jáquez jasso jurado landa laguna lázaro leal lemus lerma leyva
  linares lira llamas llano lobo lomeli longoria lucero lucio luján macedo macías madrid madrigal manzano marcos marrero
  mascareñas matos mayorga meléndez mena merino mireles mojica monge montalvo montaño montenegro montes montez morán munguía
  muñiz najera nájera naranjo narváez negrete negrón noriega novoa ochoa olivas olivera olmos ordóñez orellana oropeza
  orta osorio otero oviedo páez palomino pardo partida patiño pedraza pedroza peláez pelayo perea pereda portillo posada
  prado preciado puente pulido quintana quintanilla quiñones ramón rayo razo regalado rendón reséndez reyna rico riojas
  riquelme robledo rodrigo roldán romo roque rosado rosales ruano ruelas saldaña salcedo sanabria sarabia segovia segura
  serna serrato sevilla sierra silva solano solorio sotelo tafoya tamayo tejeda terrazas tirado toledo toro tovar treviño
  trillo ulloa urbano ureña urías urrutia valadez valdivia vallejo valles valverde varas vargas vela velarde venegas vera
  verdugo vicario vidal viera vigil villagómez villalba villalobos villalpando villanueva villar villaseñor villegas viñas
  yáñez zaldívar zaragoza zarate zárate
  lorca llosa casares puig ferrer serra vila roca bosch
  oliveira souza sousa pereira ferreira rodrigues almeida nascimento lima araújo araujo ribeiro alves carvalho gomes
  martins barbosa lopes fernandes vieira batista dias nunes marques moreira cardoso teixeira correia cunha costa pinto
  monteiro mendes freitas machado ramalho reis andrade azevedo barros borges brito campos coelho cordeiro farias
  figueiredo fonseca gonçalves goncalves leite macedo magalhães matos medeiros melo mello miranda moraes morais moura
  neves nogueira pacheco peixoto pires queiroz rezende sales sampaio siqueira soares tavares xavier antunes baptista
  esteves faria guerreiro henriques loureiro pinheiro simões valente vaz abreu aguiar`,
);

/** After "María" or "Maria" and a particle they belong to the given name. */
export const MARIAN = wordsOf(
  `ángeles angeles carmen pilar rosario mar rocío rocio luz concepción concepcion jesús jesus lourdes fátima fatima
  milagros paz socorro consuelo asunción nieves mercedes soledad guadalupe montserrat refugio esperanza graças dolores
  remedios amparo desamparados valle sagrario prado camino cármen dios graça carmo conceição dores anjos céu
  aparecida penha glória gloria assunção piedade`,
);

/** Brazilian and Portuguese words for a son or nephew: they end a family name and are none. */
export const AGNOMENS = wordsOf('neto filho júnior junior sobrinho segundo');

/** French given names that begin a name behind "M". */
export const FRENCH_GIVEN = wordsOf(
  `jean pierre michel andré philippe alain bernard patrick daniel jacques françois francois nicolas laurent éric eric
  christophe frédéric frederic stéphane stephane thierry olivier pascal julien sébastien sebastien david thomas alexandre
  antoine vincent guillaume jérôme jerome emmanuel bruno christian gérard gerard marc denis dominique franck gilles
  fabrice hervé herve didier yves guy georges henri rené louis claude robert roger marcel paul maurice raymond lucien
  romain mathieu matthieu maxime benoît benoit benjamin florian kévin kevin anthony arnaud cédric cedric ludovic
  quentin clément clement hugo lucas théo theo gabriel arthur raphaël raphael adrien aurélien baptiste bastien cyril
  damien fabien gaël grégory gregory loïc loic mickaël mickael régis remi rémi sylvain tristan valentin xavier yann
  jean-pierre jean-luc jean-paul jean-claude jean-marc jean-michel jean-françois jean-louis jean-jacques`,
);

/** Family names of Senegal and its neighbours, where "Dame" is a given name. */
export const WEST_AFRICAN_FAMILY = wordsOf(
  `diop ndiaye fall sow ba bâ diallo diouf faye gueye guèye sarr mbaye mbodj seck sy thiam niang cissé cisse ndoye kane
  wade lo ly diagne samb touré toure traoré traore keita sall camara mbacké dieng diatta sané sane sambou badji ndour
  ndir ndong diao tall sène sene senghor thioune gaye ka dia barry bah coulibaly konaté ouattara sylla`,
);

/** Pairs that are one given name where both words are all that was typed. */
export const SECOND_GIVEN = wordsOf(
  `ann anne luc marc pierre paul claude marie carlos luis josé jose maría maria peter jo beth lou jane pablo antonio manuel
  pedro miguel ángel françois louis michel jacques philippe christophe baptiste noël hélène laure sophie claire
  cristina teresa elena luisa isabel fernanda josé clara júlia luiza eduarda beatriz grazia chiara vittoria heinz
  josef jürgen dieter joachim georg werner günter kate ellen lynn katharina lena sophia`,
);

/** First words of these pairs. */
export const FIRST_GIVEN = wordsOf(
  `mary jean anna hans karl juan josé jose maría maria ana marie anne pierre luis carlos miguel jorge marco julio rosa
  klaus eva franz heinz wolf joão joao pedro luiz sarah lee billy bobby betty john annie emma gian pier ernst`,
);

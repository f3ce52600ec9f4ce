import { wordsOf } from '../word-lists.js';

// Names that tell which end the family name is at, by hand (December 2026) from the most frequent of each country.
export const HUNGARIAN_FAMILY = wordsOf(
  `nagy kovács tóth szabó horváth varga kiss molnár németh farkas balogh papp lakatos takács juhász mészáros oláh simon
  rácz fekete szilágyi török fehér balázs gál kis szűcs kocsis pintér fodor orsós szalai sipos magyar lukács gulyás biró
  király balog lászló bogdán jakab katona sándor váradi boros fazekas kelemen antal orosz somogyi fülöp veres vincze
  budai hegedűs deák pap bálint illés pál vass szőke fábián vörös bognár lengyel bodnár szücs hajdu jónás halász máté
  székely kozma gáspár pásztor bakos dudás virág major orbán hegedüs barna soós novák nemes pataki faragó borbély kerekes
  szekeres balla barta dobos`,
);
export const HUNGARIAN_GIVEN = wordsOf(
  `lászló istván józsef jános zoltán sándor ferenc gábor attila péter tamás tibor zsolt andrás györgy csaba imre lajos
  róbert krisztián dániel bence ádám balázs gyula ákos béla dávid norbert károly miklós mihály dezső szabolcs árpád
  levente máté gergő gergely barnabás botond vilmos ernő jenő kálmán kornél márton márk milán nándor ottó pál rudolf
  szilárd viktor vince zsombor zsigmond endre géza győző
  mária erzsébet katalin éva ilona anna zsuzsanna margit ágnes julianna andrea ildikó erika krisztina irén eszter magdolna
  mónika edit gabriella szilvia anita viktória anikó márta judit tímea piroska gyöngyi enikő orsolya réka zsófia
  boglárka dóra kinga nikolett noémi petra rita tünde veronika vivien zita csilla bernadett beáta adrienn hajnalka emese
  emőke lilla fanni luca hanna jázmin flóra`,
);

export const VIETNAMESE_FAMILY = wordsOf(
  `nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đoàn trịnh đinh lâm mai trương đào cao tạ tô
  hà phùng châu quách thái tăng lương vương tôn thân kiều nghiêm chu lưu la bạch diệp vĩnh`,
);
/** Without marks only these tell: "Ho" and "Le" are names of other countries too. */
export const VIETNAMESE_PLAIN = wordsOf('nguyen tran pham huynh hoang phan dang bui ngo truong vo vu trinh dinh');
export const VIETNAMESE_MIDDLE = wordsOf('thị văn thi van');

export const KOREAN_LATIN = wordsOf(
  `kim ban lee park pak choi jung jeong kang cho jo yoon yun jang lim im han shin sin seo suh kwon hwang ahn an song hong moon
  mun bae yoo yu ryu oh son nam noh roh ha joo ju woo cha koo gu min na jin chung chang yang baek ko go heo huh`,
);
/** Syllables of Korean given names in Latin letters, as on both sides of a hyphen. */
export const KOREAN_SYLLABLES = wordsOf(
  `min su soo ji hye jun joon hyun hyeon young yeong seung sung seong jin jae kyung kyeong gyeong eun hee hui ho hyo woo u
  won yoon yun yeon yong dong tae chul cheol chang chan hwan hoon hun il in ki gi kyu gyu mi mun moon na nam rae ri rim
  sang seo seok suk sik sook shin sin so sun soon wook uk wan yu yoo ye yi bin bum beom byung byeong chae chun da do eon
  geun gun ha han hae han hwa jong jung jeong ju joo kang koo ku kwan kwang myung myeong nyeon pil sol suh tak ah a un ung ok hak jip`,
);

/** Chinese family names as Taiwan and Hong Kong write them in Latin letters. */
export const TAIWANESE_LATIN = wordsOf(
  `tsai chen lin wang ma hsieh hsu hsiao chang chiang huang lee li liu wu su ko han lai chu cheng chou yeh tseng kuo hung
  chan wong cheung lau leung ho ng lam tang yeung chow tam kwok mak fung law poon tsang tsui yip choi kwan tse chung yang
  chao sun hu kao lo pan tu wei yu yao peng shih tsao liao fan`,
);

/** Chinese family names of one character, both forms, and of two. */
export const CHINESE_FAMILY = new Set(
  Array.from(
    '习習王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣蔡余杜' +
      '叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾鐘谭譚陆陸汪范範金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫闫阎閻段雷侯龙龍史陶黎贺賀' +
      '顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯温溫康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿关關' +
      '兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂塗成苗谷盛曲翁冉骆駱蓝藍路游辛靳欒管柴蒙鲍鮑华華喻祁蒲房滕屈饶饒' +
      '解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費卜冷晏席卫衛米柏宗瞿桂全佟应應臧' +
      '闵閔苟邬鄔边邊卞姬师師和仇栾隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩鞏明佘池查麻苑迟遲邝鄺官封谈談匡鞠惠荆荊樂乐冀郁胥南班储儲' +
      '原栗燕楚鄢劳勞谌奚皮粟冼蔺藺楼樓盘盤满滿闻聞位厉厲伊仝区區郜海阚花权權强帅屠豆朴盖练廉禹井祖漆巴丰支卿国國狄平计計索宣' +
      '晋晉相初门門云雲容敬来來扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌烏母裘亓修邰赫杭况那鄂',
  ),
);
export const CHINESE_DOUBLE = wordsOf(
  `欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 東方 夏侯 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 长孙 長孫 宇文 轩辕 軒轅 端木
  百里 南宫 南宮 呼延 独孤 獨孤 东郭 東郭 闻人 聞人 张简 張簡 范姜`,
);
export const KOREAN_DOUBLE = wordsOf('남궁 황보 제갈 선우 독고 사공 서문 동방');
export const KOREAN_FAMILY = new Set(
  Array.from(
    '김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노하곽성차주우구민진나지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예봉경사부가복태목형피두감호음빈동온시범좌팽승간상' +
      '라리림',
  ),
);

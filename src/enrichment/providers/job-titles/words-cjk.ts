/** Chinese, Japanese and Korean titles, in both Chinese scripts. Made by hand, 2026-11. The form: title-lexicon.ts. */
export const CHINESE = `
owner executive1: 创始人, 创办人, 創辦人, 創始人, 联合创始人, 共同創辦人, 老板, 老闆, 老板娘, 老闆娘, 合伙人, 合夥人, 高级合伙人, 创始合伙人, 业主, 股东, 股東, 企業主, 企业主, 个体户, 個體戶, 企业家, 企業家, 东家
senior hr3: 人力资源业务合作伙伴, hr业务合作伙伴
cLevel executive4: 总经理, 總經理, 执行总裁, 总裁, 總裁, 首席执行官, 執行長, 首席執行官, 行政總裁, 法定代表人, 法人代表, 法人, 代表人, 负责人兼总经理, 负责人总经理, 总干事
board executive4: 董事长, 董事長, 董事, 独立董事, 獨立董事, 执行董事, 常务董事, 会长, 會長, 理事长, 理事長, 监事, 监事会主席, 主席, 董事会主席, 理事, 副董事长, 副董事長
skip: 总经理办公室, 总裁办公室, 总裁办, 总经办, 董事会办公室, 董事会
board legal: 董事会秘书, 董秘
cLevel: 首席
cLevel finance4: 首席财务官, 財務長, 首席財務官
cLevel engineering4: 首席技术官, 技術長, 首席技術官
cLevel operations4: 首席运营官, 營運長, 首席營運官
cLevel it4: 首席信息官, 資訊長
cLevel marketing4: 首席市场官, 首席营销官, 行銷長, 市場長
cLevel hr4: 首席人力资源官, 人資長, 首席人才官
cLevel product4: 首席产品官, 產品長
cLevel data4: 首席数据官
cLevel sales4: 首席商务官
cLevel security4: 首席安全官, 資安長
senior: 首席分析师, 首席顾问
director: 首席代表
director research3: 首席科学家
vicePresident executive0: 副总经理, 副總經理, 常务副总经理, 副总, 副總, 常务副总
vicePresident: 副总裁, 副總裁, 高级副总裁, 执行副总裁, 常务副总裁
director: 总监, 總監, 部长, 部長, 副部长, 处长, 處長, 局长, 局長, 厅长, 高级总监, 副总监, 副處長
director executive0: 事业部总经理, 分公司总经理, 协理, 協理, 大区总经理, 区域总经理
director engineering: 总工程师, 總工程師, 总工
director operations: 廠長, 厂长
director healthcare3: 医院院长, 醫院院長, 病院院長, 病院長
director legal3: 法院院长, 法院院長
director education3: 校长, 校長, 院长, 院長, 系主任, 副校长
director marketing: 总编辑, 主编, 總編輯
manager: 经理, 經理, 主管, 组长, 組長, 科长, 科長, 課長, 主任, 高级经理, 資深經理, 负责人, 負責人, 班长, 小组长, 副经理, 副經理, 队长, 店主管, 领班, 襄理, 副理, 股长
manager sales: 店长, 店長
manager operations: 车间主任
manager marketing3: 品牌经理
manager healthcare3: 护士长, 護理長
manager education: 教研组长, 年级主任
senior product3: 产品经理, 產品經理
senior operations0: 项目经理, 專案經理, 项目主管, 专案经理, 項目經理, 专案主管
senior sales3: 客户经理, 大客户经理, 客戶經理, 理财经理
senior finance3: 投资经理, 基金经理, 注册会计师, 理财顾问, 投資經理
senior engineering: 主任工程师, 主任工程師, 架构师, 架構師
senior it: 系统架构师
senior: 顾问, 顧問, 专家, 專家, 咨询师, 咨询顾问, 建筑师, 總監特助, 参事, 策略师
senior education3: 教授, 副教授, 博士生导师
senior healthcare3: 主任医师, 副主任医师, 主治医师, 主治医生
senior: 高级, 高級, 资深, 資深
entry: 专员, 專員, 文员, 文員, 职员, 職員, 员工, 員工, 前台, 办事员, 辦事員, 分析师, 分析師, 翻译, 翻譯, 人员, 人員, 管理员, 管理員, 工人, 公务员, 厨师, 服务员, 师傅, 行政, 代表, 协调员, 分析员
entry sales3: 销售代表, 业务员, 業務員, 业务代表, 業務代表, 销售员, 销售顾问, 医药代表, 店员, 店員, 导购, 导购员, 营业员, 收银员, 商务代表, 客户代表, 外贸业务员, 销售工程师, 售货员, 房产经纪人, 经纪人, 置业顾问, 电话销售, 理货员, 外贸跟单
entry marketing3: 文案, 策划, 企劃, 记者, 編輯, 编辑, 記者, 新媒体运营, 主播, 內容運營, 内容运营
entry engineering1: 工程师, 工程師, 程序员, 程式設計師, 开发人员, 技术员, 技術員, 电工, 電工, 维修工, 技师, 焊工, 钳工, 测试员, 程序員, 研发人员
entry engineering: 软件开发, 软件工程师, 测试工程师, 前端, 后端, 全栈, 工艺工程师
entry it3: 网络管理员, 系统管理员, 网管, 运维, 运维工程师, 网络工程师, 系統工程師, 網路工程師, 网络运维
entry data3: 数据科学家, 数据分析师, 数据工程师, 数据分析员
entry security3: 保安, 安全工程师, 网络安全工程师
entry finance3: 会计, 會計, 出纳, 出納, 审计员, 审计师, 会计师, 會計師, 财务人员, 精算师, 柜员
entry hr3: 培训师, 猎头顾问, 猎头, 招聘专员
entry legal3: 律师, 律師, 法律顾问, 法官, 公证员
entry operations1: 司机, 司機, 仓管员, 仓管, 操作工, 操作员, 质检员, 跟单员, 跟单, 计划员, 仓库管理员, 生管, 快递员, 搬运工, 普工, 品管, 调度员, 库管
entry procurement3: 采购员, 採購員, 买手
entry design3: 设计师, 設計師, 美工, 摄影师, 攝影師, 插画师, 设计员
entry: 科员, 内勤, 內勤
manager: 所长
entry research3: 博士后, 检验师, 检验员, 研发员, 研究员, 研究員, 科研人员, 化验员, 科学家, 实验员
entry education3: 教师, 教師, 老师, 老師, 讲师, 講師, 辅导员, 教员, 班主任, 教练
entry healthcare3: 医生, 醫生, 醫師, 医师, 护士, 護士, 护理师, 護理師, 药剂师, 藥師, 牙医, 药师, 心理咨询师, 兽医, 康复师
entry customerService3: 客服专员, 客服代表, 客服人员, 话务员
maybeEntry customerService: 客服
maybeEntry legal: 法务
word customerService: 客服部
word legal: 法务部
assist: 助理, 秘书, 秘書, 特助, 助手
intern: 实习生, 實習生, 实习, 管培生, 學徒, 学徒, 见习, 储备干部, 工讀生
intern research3: 博士生, 研究生
student: 学生, 學生, 大学生, 在校学生, 大學生
deputy: 副, 代副
junior: 初级, 初級
gone: 退休, 无业, 待业, 家庭主妇, 家庭主婦, 無業, 已退休, 自由职业, 自由職業, 家管
word sales: 销售, 銷售, 业务, 業務, 商务, 渠道, 外贸, 营业, 大客户, 客户, 招商, 門市, 零售, 电商
word marketing: 市场, 市場, 营销, 行銷, 品牌, 公关, 推广, 新媒体, 市场营销, 广告, 媒介, 活动, 宣传, 公關
word sales3: 市场销售
vicePresident sales3: 营销副总经理, 营销副总
word engineering1: 研发, 研發, 技术, 技術, 开发, 開發, 工程, 软件, 软体, 軟體, 机械, 电气, 设备, 测试, 机电, 工艺, 硬件, 嵌入式, 維修, 维修, java
word it: it, 信息, 資訊, 网络, 系统, 信息技术, 信息中心, 資訊部, 網路, 信息化
word security3: 信息安全, 網路安全, 网络安全, 資安
word data: 数据, 數據, 数据分析, 大数据, 算法
word product: 产品, 產品
word finance: 财务, 財務, 审计, 稅務, 税务, 成本, 资金, 金融, 投资, 风控, 融资
word hr: 人事, 人力资源, 人力資源, 人资, 人資, 招聘, 培训, hr, 薪酬, 人才, 人事行政
word legal: 法務, 合规, 法律, 知识产权
word operations1: 物流, 生产, 生產, 仓库, 仓储, 质量, 品质, 品質, 车间, 供应链, 運輸, 质检, 品管部, 安全生产, 倉儲, 制造
word operations0: 运营, 運營, 營運, 行政运营, 项目
word procurement: 采购, 採購
word design: 设计, 設計, 创意, ui, 美术
word research: 研究, 科研, 实验室
word customerService: 售后, 客户服务, 售後
word executive: 经营管理
word hr: 实习生管理
word education: 学生事务, 學生事務, 教学, 教务, 教育
word healthcare: 医疗, 护理, 医院
skip: 前线
`;
export const JAPANESE = `
owner executive1: 創業者, オーナー, 共同創業者, 個人事業主, ファウンダー, オーナーシェフ, 自営業, 経営者, パートナー, 設立者, 創設者, 店主, 事業主
cLevel executive4: 代表取締役, 代表取締役社長, 社長, 代表, 最高経営責任者, 代表社員, 代表者, 代表理事, 代表取締役会長, 理事長
board executive0: 取締役, 専務取締役, 常務取締役, 専務, 常務, 社外取締役, 会長, 取締役会長, 監査役, 相談役, 理事, 代表役員
skip: 取締役会, 社長室, 役員室, 会長室, 代表電話
cLevel finance4: 最高財務責任者
cLevel engineering4: 最高技術責任者
cLevel operations4: 最高執行責任者
cLevel it4: 最高情報責任者
cLevel marketing4: 最高マーケティング責任者
cLevel hr4: 最高人事責任者
vicePresident executive0: 副社長, 取締役副社長, 執行役員, 常務執行役員, 上席執行役員, 副会長, 専務執行役員, 代表取締役副社長
vicePresident: バイスプレジデント
manager: 部長補佐
director: 部長, 本部長, 事業部長, 次長, 副部長, 部長代理, ディレクター, 統括部長, 部門長, 担当部長, 局長, 副本部長, 統括, 事務局長, 参事
director research3: 研究所長
director education3: 校長, 学部長, 学長, 園長, 教頭
director healthcare3: 院長, 看護部長, 医院長
director marketing: 編集長
manager: 課長, マネージャー, マネジャー, マネージャ, マネジャ, リーダー, グループリーダー, チームリーダー, 室長, 所長, 支店長, グループ長, 支社長, 担当課長, 管理職, スーパーバイザー, エリアマネージャー, センター長, 営業所長, 責任者, 班長, 副支店長, 主管, 支配人, チーム長, 隊長
manager sales: 店長, ストアマネージャー
manager operations1: 工場長, 倉庫長, 職長, 現場監督, 現場責任者
manager healthcare3: 看護師長, 師長
manager research: 研究室長
manager customerService: コールセンター長
senior sales: 営業主任, 販売主任
senior operations1: 製造主任, 品質管理主任
senior finance: 経理主任
senior: 総務主任, 事務主任, 主任, 係長, チーフ, 課長代理, 課長補佐, コンサルタント, アドバイザー, 顧問, 専門職, 主査, アシスタントマネージャー, 主幹, アーキテクト, エキスパート, 上級, シニア, 班長補佐
senior sales3: アカウントマネージャー
senior finance3: 税理士, 公認会計士
senior operations0: プロジェクトマネージャー, プロジェクトマネジャー, プロジェクトリーダー
senior product3: プロダクトマネージャー, プロダクトオーナー, プロダクトマネジャー
senior engineering: テックリード, リードエンジニア, 主任技師, ソフトウェアアーキテクト, 主席技師
senior education3: 教授, 准教授, 大学教授
senior research3: 主任研究員, 上級研究員, 主席研究員
senior customerService3: カスタマーサクセスマネージャー
entry: 担当, 担当者, 事務, 一般社員, 社員, 会社員, 受付, 一般事務, 派遣社員, スタッフ, 事務員, 公務員, 契約社員, パート, アルバイト, 正社員, 事務職, 通訳, 団体職員, 職員, スペシャリスト, アナリスト, コーディネーター, 係, 翻訳者, シェフ, 調理師, 美容師, 平社員, 専門スタッフ
entry sales3: 営業職, 販売員, 営業マン, セールスエンジニア, レジ係, 店員, 営業社員, 営業事務, 営業アシスタント, セールスマン, 販売スタッフ
entry marketing3: ライター, マーケター, 編集者, 記者, プランナー, コピーライター
entry engineering1: エンジニア, プログラマー, プログラマ, 開発者, 技術者, 設計者, 整備士, 電気工事士, 技師, 技術職, デベロッパー, 施工管理
entry it3: システムエンジニア, 社内se, se, システム管理者, ネットワークエンジニア, インフラエンジニア, ヘルプデスク
entry data3: データアナリスト, データサイエンティスト, データエンジニア
entry security3: セキュリティエンジニア, 警備員
entry finance3: 会計士, 銀行員, 経理事務
entry legal3: 弁護士, 司法書士, 弁理士, 行政書士
entry operations1: 運転手, ドライバー, 作業員, 倉庫作業員, 配達員, 工員
entry procurement3: バイヤー
entry design3: デザイナー, グラフィックデザイナー, カメラマン, イラストレーター
entry research3: 研究員, 研究者, 研究職
entry education3: 教員, 教師, 講師, 教諭, 保育士, インストラクター
entry healthcare3: 看護師, 医師, 薬剤師, 歯科医師, 介護士, 介護職員, 理学療法士, 獣医師, 歯科衛生士, 助産師, 臨床検査技師, 介護福祉士
entry customerService3: オペレーター
assist: 秘書, アシスタント, 社長秘書, 役員秘書, 補佐
intern: インターン, インターン生, 研修生, 見習い, 実習生
student: 学生, 大学生, 大学院生, 専門学生, 院生, 高校生
gone: 無職, 主婦, 専業主婦, 退職, フリーランス, 年金受給者, 定年退職, 求職中, 主夫
word sales: 営業, セールス, 販売, 法人営業, 海外営業, インサイドセールス, ルート営業, 店舗, リテール
word marketing: マーケティング, 広報, 宣伝, 広告, デジタルマーケティング, pr, 販促, 販売促進, ブランド
word engineering1: 開発, 技術, 設計, ソフトウェア, 機械, エンジニアリング, 電気, 保全, 組込み, web, フロントエンド, バックエンド, 技術開発, 機械設計, 設計部, 設計課
director engineering: 設計部長
manager engineering: 設計課長
word it: 情報システム, 情シス, システム, it, インフラ, ネットワーク, 情報
word security3: セキュリティ, 情報セキュリティ
word data: データ, データ分析, dx
word product: 商品企画, 商品開発, プロダクト, 商品
word finance: 経理, 財務, 会計, 財務経理, 税務, 経営企画財務, 監査, 経理財務, 審査
word hr: 人事, 採用, 人材開発, 労務, 人事総務, 研修, 人事労務, 教育研修, 人材
word legal: 法務, コンプライアンス, 知財, 知的財産
word operations1: 製造, 生産管理, 生産, 物流, 品質管理, 品質保証, 業務, 倉庫, 工場, 品質, 生産技術, 資材管理, ロジスティクス, 現場
word operations0: オペレーション, プロジェクト, 総務
word procurement: 購買, 調達, 資材, 資材調達
word design: デザイン, ui, クリエイティブ
word research: 研究, 研究開発, r&d
word customerService: カスタマーサポート, コールセンター, カスタマーサクセス, お客様相談, サポート, カスタマー
word hr: インターンシップ
word education: 学生課, 学生支援, 教育, 学校
word healthcare: 看護, 医療, 介護
word sales3: 営業企画
word sales: 事業開発
`;
export const KOREAN = `
owner executive1: 창업자, 공동창업자, 사업주, 자영업자, 오너, 창립자, 공동창립자, 소유주
cLevel executive4: 대표이사, 대표, 사장, 대표이사 사장, 최고경영자, 최고경영책임자
board executive4: 회장, 의장, 이사회 의장, 사외이사, 감사위원, 부회장
cLevel finance4: 최고재무책임자
cLevel engineering4: 최고기술책임자
cLevel operations4: 최고운영책임자
cLevel marketing4: 최고마케팅책임자
cLevel: 최고
vicePresident executive0: 부사장
vicePresident: 전무, 상무, 전무이사, 상무이사
director: 이사, 본부장, 사업부장, 실장, 부문장, 국장
director education3: 교장, 원장
manager: 부장, 차장, 과장, 팀장, 매니저, 지점장, 파트장, 센터장, 책임자, 리더, 그룹장, 소장, 반장
manager sales: 점장
manager operations: 공장장
senior: 선임, 수석, 컨설턴트, 시니어, 고문, 전문가, 책임
senior operations0: 프로젝트 매니저, 프로젝트매니저
senior product3: 프로덕트 오너, 프로덕트 매니저, 상품 매니저, 프로덕트오너, 프로덕트매니저
senior sales3: 어카운트 매니저
senior education3: 교수, 부교수
senior research3: 수석연구원, 선임연구원, 책임연구원
entry: 사원, 대리, 주임, 직원, 회사원, 담당, 담당자, 공무원, 계장, 상담원, 사무원
entry sales3: 영업사원, 영업대표, 영업 대표, 판매원
entry marketing3: 마케터, 기자
entry engineering1: 개발자, 엔지니어, 프로그래머, 기술자
entry finance3: 회계사, 은행원
entry design3: 디자이너
entry research3: 연구원
entry education3: 교사, 선생님, 강사
entry healthcare3: 의사, 간호사, 약사
entry legal3: 변호사
assist: 비서, 보좌관, 어시스턴트
intern: 인턴, 수습, 연수생
student: 학생, 대학생, 대학원생
gone: 은퇴, 무직, 주부, 퇴직
word sales: 영업, 판매, 세일즈
word marketing: 마케팅, 홍보, 광고
word engineering1: 개발, 기술, 소프트웨어, 엔지니어링
word it: 전산, it, 정보시스템, 시스템
word security3: 보안, 정보보안
word data: 데이터
word product: 상품, 제품
word finance: 재무, 회계, 세무, 경리
word hr: 인턴십, 인사, 채용
word legal: 법무
word operations1: 물류, 생산, 품질
word operations0: 운영, 프로젝트
word procurement: 구매
word design: 디자인, 그래픽
word research: 연구, 연구개발
word customerService: 고객, 고객지원
`;

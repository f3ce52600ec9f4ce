/** The words between "chief" and "officer". Made by hand, 2026-11. The form stands in title-lexicon.ts. */
export const OFFICES = `
word executive: executive, strategy, transformation
word finance: financial, finance, risk, investment, accounting, credit, actuarial, tax
word engineering: technology, technical, engineering, architecture
word operations: operating, operations, administrative, administration, supply chain, logistics, sustainability, manufacturing, quality, delivery
word it: information, digital, digital information
word security: information security, security, trust
word data: data, analytics, ai, artificial intelligence, data & analytics, insights
word marketing: marketing, brand, communications, communication, growth, content
word sales: revenue, commercial, sales, business, business development, partnership, partnerships
word customerService: customer, experience, customer experience, client, patient experience
word hr: human resources, people, talent, hr, culture, learning, diversity, human capital, happiness
word product: product
word legal: legal, compliance, privacy, ethics, data protection
word procurement: procurement, purchasing, sourcing
word healthcare: medical, nursing, clinical, health
word research: scientific, research, science, innovation, r&d
word design: creative, design
word education: academic, education
`;

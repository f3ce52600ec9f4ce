/** How far up a job is, from the top down. */
export const SENIORITIES = Object.freeze([
  'owner',
  'cLevel',
  'vicePresident',
  'director',
  'manager',
  'senior',
  'entry',
  'intern',
] as const);

export type Seniority = (typeof SENIORITIES)[number];

/** The field of a job. */
export const JOB_FUNCTIONS = Object.freeze([
  'executive',
  'security',
  'data',
  'engineering',
  'it',
  'product',
  'marketing',
  'sales',
  'customerService',
  'finance',
  'procurement',
  'hr',
  'legal',
  'operations',
  'design',
  'research',
  'education',
  'healthcare',
] as const);

export type JobFunction = (typeof JOB_FUNCTIONS)[number];

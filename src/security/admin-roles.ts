/** The roles of admin keys, from the least to the most; each may do all that the ones before it may. */
export const ADMIN_ROLES = Object.freeze(['viewer', 'operator', 'admin'] as const);
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Whether a key of the role may do something that asks for at least `least`. */
export function reaches(role: AdminRole, least: AdminRole): boolean {
  return ADMIN_ROLES.indexOf(role) >= ADMIN_ROLES.indexOf(least);
}

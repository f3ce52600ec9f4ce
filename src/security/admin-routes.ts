import type { AdminRole } from './admin-roles.js';

type AdminRoute = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /admin/${string}`;

/**
 * The least role of each route under /admin, as the router spells it. `viewer` reads ids, states and times, and how the
 * answers to failed attempts begin. `operator` does the daily work: sends again, pauses, uploads, publishes, looks a
 * person up. `admin` decides who has access, where callbacks go, and what is deleted for good.
 * `test/admin-roles.spec.ts` holds the table to the routes that are served.
 */
export const ADMIN_ROUTES = Object.freeze({
  'GET /admin/status': 'viewer',
  'GET /admin/egress': 'viewer',
  'GET /admin/events': 'viewer',
  'GET /admin/audit': 'viewer',

  'POST /admin/session': 'viewer',
  'GET /admin/session': 'viewer',
  'POST /admin/session/end': 'viewer',
  'GET /admin/keys': 'admin',
  'POST /admin/keys': 'admin',
  'GET /admin/keys/:id': 'admin',
  'PATCH /admin/keys/:id': 'admin',
  'DELETE /admin/keys/:id': 'admin',

  'GET /admin/actions': 'viewer',
  'GET /admin/actions/:id': 'viewer',
  'POST /admin/actions/:id/reveal': 'admin',
  'GET /admin/deliveries': 'viewer',
  'GET /admin/deliveries/:id': 'viewer',
  'POST /admin/deliveries/:id/resend': 'operator',
  'POST /admin/deliveries/:id/try-now': 'operator',
  'POST /admin/deliveries/recover': 'operator',
  'GET /admin/recoveries': 'viewer',
  'GET /admin/recoveries/:jobId': 'viewer',
  'POST /admin/recoveries/:jobId/cancel': 'operator',
  'POST /admin/recoveries/:jobId/pause': 'operator',
  'POST /admin/recoveries/:jobId/resume': 'operator',

  'GET /admin/destinations': 'viewer',
  'GET /admin/destinations/:id': 'viewer',
  'POST /admin/destinations/:id/pause': 'operator',
  'POST /admin/destinations/:id/resume': 'operator',
  'GET /admin/statistics': 'viewer',
  'GET /admin/statistics/destination': 'viewer',

  'GET /admin/notices': 'viewer',
  'POST /admin/notices': 'admin',
  'GET /admin/notices/:id': 'viewer',
  'PATCH /admin/notices/:id': 'admin',
  'DELETE /admin/notices/:id': 'admin',
  'POST /admin/notices/:id/pause': 'operator',
  'POST /admin/notices/:id/resume': 'operator',
  'POST /admin/notices/:id/test': 'operator',
  'POST /admin/notices/:id/signing-secret': 'admin',

  'GET /admin/subjects': 'operator',
  'GET /admin/subjects/tenants': 'operator',
  'POST /admin/erase': 'admin',
  'GET /admin/erase/:jobId': 'viewer',

  'GET /admin/registrations': 'viewer',
  'GET /admin/registrations/:id': 'viewer',
  'PATCH /admin/registrations/:id': 'admin',
  'DELETE /admin/registrations/:id': 'admin',
  'POST /admin/registrations/:id/pause': 'operator',
  'POST /admin/registrations/:id/resume': 'operator',
  'POST /admin/registrations/:id/test': 'operator',
  'POST /admin/registrations/:id/signing-secret': 'admin',
  'GET /admin/registrations/:id/deliveries': 'viewer',
  'POST /admin/registrations/:id/recover': 'operator',

  'GET /admin/companies': 'viewer',
  'POST /admin/companies': 'admin',
  'GET /admin/companies/:company_id': 'viewer',
  'PATCH /admin/companies/:company_id': 'admin',
  'DELETE /admin/companies/:company_id': 'admin',
  'POST /admin/companies/:company_id/callbacks': 'admin',
  'PATCH /admin/companies/:company_id/callbacks/:callback_id': 'admin',
  'POST /admin/companies/:company_id/rotate': 'admin',
  'POST /admin/companies/:company_id/disable': 'admin',
  'POST /admin/companies/:company_id/enable': 'admin',
  'POST /admin/companies/:company_id/events': 'operator',

  'GET /admin/eqp/users': 'viewer',
  'POST /admin/eqp/users': 'admin',
  'GET /admin/eqp/users/:mage_id': 'viewer',
  'PATCH /admin/eqp/users/:mage_id': 'admin',
  'DELETE /admin/eqp/users/:mage_id': 'admin',
  'POST /admin/eqp/users/:mage_id/callbacks': 'admin',
  'PATCH /admin/eqp/users/:mage_id/callbacks/:id': 'admin',
  'POST /admin/eqp/users/:mage_id/rotate-secret': 'admin',
  'POST /admin/eqp/users/:mage_id/disable': 'admin',
  'POST /admin/eqp/users/:mage_id/enable': 'admin',
  'POST /admin/eqp/events': 'operator',

  'GET /admin/async-clients': 'viewer',
  'POST /admin/async-clients': 'admin',
  'GET /admin/async-clients/:client_id': 'viewer',
  'PATCH /admin/async-clients/:client_id': 'admin',
  'DELETE /admin/async-clients/:client_id': 'admin',
  'POST /admin/async-clients/:client_id/rotate': 'admin',
  'POST /admin/async-clients/:client_id/disable': 'admin',
  'POST /admin/async-clients/:client_id/enable': 'admin',

  'GET /admin/oauth-clients': 'viewer',
  'POST /admin/oauth-clients': 'admin',
  'GET /admin/oauth-clients/:id': 'viewer',
  'PATCH /admin/oauth-clients/:id': 'admin',
  'DELETE /admin/oauth-clients/:id': 'admin',
  'POST /admin/oauth-clients/:id/secrets': 'admin',
  'DELETE /admin/oauth-clients/:id/secrets/:secretId': 'admin',

  'GET /admin/lookup-tables': 'viewer',
  'PUT /admin/lookup-tables/:name': 'operator',
  'GET /admin/lookup-tables/:name': 'viewer',
  'DELETE /admin/lookup-tables/:name': 'admin',
  'GET /admin/lookup-tables/:name/columns': 'viewer',
  'GET /admin/lookup-tables/:name/versions': 'viewer',
  'POST /admin/lookup-tables/:name/versions/:version/restore': 'operator',
  'GET /admin/lookup-tables/:name/rows': 'operator',
  'POST /admin/lookup-tables/:name/rows/delete': 'admin',

  'GET /admin/secrets': 'viewer',
  'GET /admin/secrets/:name': 'viewer',
  'PUT /admin/secrets/:name': 'admin',
  'DELETE /admin/secrets/:name': 'admin',
  'POST /admin/step-cache/clear': 'operator',

  'GET /admin/adobe-credentials': 'viewer',
  'GET /admin/adobe-credentials/:imsOrgId': 'viewer',
  'PUT /admin/adobe-credentials/:imsOrgId': 'admin',
  'PATCH /admin/adobe-credentials/:imsOrgId': 'admin',
  'DELETE /admin/adobe-credentials/:imsOrgId': 'admin',
  'POST /admin/adobe-credentials/:imsOrgId/test': 'operator',

  'POST /admin/services/validate': 'operator',
  'POST /admin/services/:apiName/try': 'operator',
  'GET /admin/services/:apiName/tenants': 'viewer',
  'GET /admin/services/:apiName/tenants/:imsOrgId': 'viewer',
  'PUT /admin/services/:apiName/tenants/:imsOrgId': 'admin',
  'DELETE /admin/services/:apiName/tenants/:imsOrgId': 'admin',
} as const satisfies Record<AdminRoute, AdminRole>);

const LEAST = new Map<string, AdminRole>(Object.entries(ADMIN_ROUTES));

/**
 * The least role that a route asks for; null for a route that the table does not have, which the guard refuses.
 * @param pattern as the router spells it
 */
export function findLeastRole(method: string, pattern: string): AdminRole | null {
  // The router makes a HEAD of each GET.
  return LEAST.get(`${method === 'HEAD' ? 'GET' : method} ${pattern}`) ?? null;
}

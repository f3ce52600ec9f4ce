// Durable intake by access tokens of OAuth 2.0, beside the same by an API key.
import { request } from 'undici';
import { startService } from '../contenders.mjs';
import { alternate, measureIntake } from '../rounds.mjs';

/**
 * A `ROLE=api` process of each, with everything but the scheme at its default. A token lives 15 minutes, so that each round
 * fetches one before its clock starts, as a caller does once in many requests.
 */
export async function measureOAuthPart(world, { rounds, intakeCount, warmUpCount, connections }) {
  const sides = [
    () => startService(world, { name: 'oauth2', roles: ['api'], env: { INBOUND_AUTH: 'oauth2' } }),
    () => startService(world, { name: 'apiKey', roles: ['api'] }),
  ];
  return world.with(sides, async (oauth, apiKey) => {
    const client = await makeClient(world, oauth.target.port);
    const measureOAuth = async (count) => {
      const headers = { authorization: `Bearer ${await fetchToken(oauth.target.port, client)}` };
      // The same processes: only what the load sends is another.
      const contender = Object.create(oauth, { target: { value: { ...oauth.target, headers } } });
      return measureIntake(world, contender, { count, connections });
    };
    const measureKey = (count) => measureIntake(world, apiKey, { count, connections });
    await measureOAuth(warmUpCount);
    await measureKey(warmUpCount);
    const { sides: rates, ratios } = await alternate(world, rounds, {
      oauth2: () => measureOAuth(intakeCount),
      apiKey: () => measureKey(intakeCount),
    });
    return { sides: rates, ratio: ratios.apiKey };
  });
}

async function makeClient(world, port) {
  const headers = { authorization: `Bearer ${world.adminKey}` };
  const { id, clientSecret } = await post(`http://127.0.0.1:${port}/admin/oauth-clients`, { name: 'bench' }, headers);
  return { client_id: id, client_secret: clientSecret };
}

async function fetchToken(port, client) {
  const body = { grant_type: 'client_credentials', ...client };
  return (await post(`http://127.0.0.1:${port}/oauth2/token`, body)).access_token;
}

async function post(url, body, headers = {}) {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (answer.statusCode >= 300) throw new Error(`${url} answered ${answer.statusCode}`);
  return answer.body.json();
}

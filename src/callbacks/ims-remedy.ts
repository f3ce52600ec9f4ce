/** Where the parts of a credential are set. */
interface Place {
  readonly client: string;
  readonly secrets: string;
  readonly scopes: string;
  readonly whole: string;
  readonly then: string;
}

const ENVIRONMENT: Place = {
  client: 'ADOBE_CLIENT_ID and ADOBE_CLIENT_SECRETS',
  secrets: 'ADOBE_CLIENT_SECRETS',
  scopes: 'ADOBE_SCOPES',
  whole: 'ADOBE_CLIENT_ID, ADOBE_CLIENT_SECRETS and ADOBE_SCOPES',
  then: ', and restart',
};
const STORED: Place = {
  client: 'clientId and clientSecrets of /admin/adobe-credentials/<imsOrgId>',
  secrets: 'clientSecrets of /admin/adobe-credentials/<imsOrgId>',
  scopes: 'scopes of /admin/adobe-credentials/<imsOrgId>',
  whole: 'what /admin/adobe-credentials/<imsOrgId> holds',
  then: '',
};

/**
 * The remedy for a credential that IMS refuses, as a clause that names the settings to look at.
 * Names of errors: RFC 6749 5.2, and our own of {@link ImsPermanentError}.
 * @param isStored whether an administrator stored the credential, or it is the one of `ADOBE_*`
 */
export function imsRemedy(error: string, isStored: boolean): string {
  const { client, secrets, scopes, whole, then } = isStored ? STORED : ENVIRONMENT;
  switch (error) {
    case 'invalid_client':
      return `set ${client} to the ones that the Developer Console shows${then}`;
    case 'invalid_scope':
      return `set ${scopes} to the scopes that the Developer Console lists for the credential${then}`;
    case 'unauthorized_client':
      return isStored
        ? 'give the credential the grant type OAuth Server-to-Server in the Developer Console'
        : 'give the credential of ADOBE_CLIENT_ID the grant type OAuth Server-to-Server in the Developer Console';
    case 'organisation_not_configured':
      return 'name the organisation in ADOBE_IMS_ORG_IDS, and restart';
    case 'no_client_secret':
      return `set ${secrets}${then}`;
    case 'address_refused':
    case 'http_301':
    case 'http_302':
    case 'http_307':
    case 'http_308':
    case 'http_404':
      return 'set IMS_BASE_URL to the address of IMS, and restart';
    default:
      return `check ${whole} against the Developer Console${then}`;
  }
}

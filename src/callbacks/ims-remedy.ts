/**
 * The remedy for a credential that IMS refuses, as a clause that names the variables to look at.
 * Names of errors: RFC 6749 5.2, and our own of {@link ImsPermanentError}.
 */
export function imsRemedy(error: string): string {
  switch (error) {
    case 'invalid_client':
      return 'set ADOBE_CLIENT_ID and ADOBE_CLIENT_SECRETS to the ones that the Developer Console shows, and restart';
    case 'invalid_scope':
      return 'set ADOBE_SCOPES to the scopes that the Developer Console lists for the credential, and restart';
    case 'unauthorized_client':
      return 'give the credential of ADOBE_CLIENT_ID the grant type OAuth Server-to-Server in the Developer Console';
    case 'organisation_not_configured':
      return 'name the organisation in ADOBE_IMS_ORG_IDS, and restart';
    case 'no_client_secret':
      return 'set ADOBE_CLIENT_SECRETS, and restart';
    case 'address_refused':
    case 'http_301':
    case 'http_302':
    case 'http_307':
    case 'http_308':
    case 'http_404':
      return 'set IMS_BASE_URL to the address of IMS, and restart';
    default:
      return 'check ADOBE_CLIENT_ID, ADOBE_CLIENT_SECRETS and ADOBE_SCOPES against the Developer Console, and restart';
  }
}

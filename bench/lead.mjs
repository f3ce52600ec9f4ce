// What the load submits and the sink checks: one execution request about one lead, of the same length every time.

/** Added to a number: ids and paths have the same number of digits from the first to the last action. */
const BASE = 10_000_000;
const EPOCH_BASE = 1_000;

/** Where Adobe wants the callback of an action. */
export function callbackPath(epoch, number) {
  return `/c/${EPOCH_BASE + epoch}/${BASE + number}`;
}

/** Where a registration wants its events: `s` is an EQP user's callback (over https), `p` a company's. */
export function eventPath(family, epoch, number) {
  return `/${family}/${EPOCH_BASE + epoch}/${BASE + number}`;
}

/** Family (`c` for an action), epoch and number of a path, or null. */
export function readPath(path) {
  const match = /^\/([csp])\/(\d{4})\/(\d{8})$/.exec(path);
  return match === null
    ? null
    : { family: match[1], epoch: Number(match[2]) - EPOCH_BASE, number: Number(match[3]) - BASE };
}

export function tokenOf(epoch, number) {
  return `bench-${EPOCH_BASE + epoch}-${BASE + number}-0123456789abcdef`;
}

export function leadIdOf(number) {
  return BASE + number;
}

/** The text of one request. */
export function leadRequest(epoch, number, callbackBase) {
  return template(callbackBase)
    .replaceAll(TOKEN, tokenOf(epoch, number))
    .replaceAll(PATH, callbackPath(epoch, number))
    .replaceAll(LEAD, String(leadIdOf(number)));
}

/** The same, compiled: joining a handful of strings costs the load a fraction of what JSON.stringify does. */
export function compileLeadRequest(callbackBase) {
  const pieces = template(callbackBase).split(new RegExp(`(${TOKEN}|${PATH}|${LEAD})`));
  const writers = pieces.map((piece) => {
    if (piece === TOKEN) return tokenOf;
    if (piece === PATH) return callbackPath;
    if (piece === LEAD) return (_epoch, number) => String(leadIdOf(number));
    return () => piece;
  });
  return (epoch, number) => {
    let text = '';
    for (const write of writers) text += write(epoch, number);
    return text;
  };
}

const TOKEN = '«token»';
const PATH = '«path»';
const LEAD = '"«lead»"';

function template(callbackBase) {
  return JSON.stringify({
    token: TOKEN,
    callbackUrl: `${callbackBase}${PATH}`,
    objectData: {
      objectType: 'lead',
      objectContext: {
        leadId: '«lead»',
        leadData: {
          email: 'ada.lovelace@example.com',
          firstName: 'Ada',
          lastName: 'Lovelace',
          phone: '+44 20 7946 0018',
          country: 'United Kingdom',
          jobTitle: 'Chief Analyst',
          company: 'Example Ltd',
        },
      },
      flowStepContext: {},
    },
    context: {
      subscription: {
        prefix: 'acme',
        imsOrgId: '5F1A2B3C4D5E6F7A0A49412C@AdobeOrg',
        instanceName: 'acme',
        munchkinId: '123-ABC-456',
      },
      journey: { id: 'journey-7', name: 'Welcome', status: 'live' },
    },
    actionConfig: {
      // Minutes. Long: what waits in an intake that nobody works off must not trip the brake of old work.
      timeout: 240,
      pathConfig: [
        { pathId: 'hot', pathDefinition: [{ accessor: 'contactTier', operator: 'is', values: ['hot'] }] },
        { pathId: 'default', pathDefinition: [] },
      ],
    },
    enableSplitPaths: true,
  });
}

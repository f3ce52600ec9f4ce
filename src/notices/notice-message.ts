import type { NoticeCause, NoticeFormat } from './notice.js';

/** Something to tell. */
export interface NoticeMessage {
  readonly noticeId: string;
  /** `test`: a person wants to see one. */
  readonly cause: NoticeCause | 'test';
  /** How many there are of it. */
  readonly count: number;
  /** Names that may be shown, for example of tables; empty: there are none. */
  readonly names: readonly string[];
  readonly at: Date;
  /** Where the console is; null: not at an address that the service knows. */
  readonly consoleUrl: string | null;
}

interface Words {
  readonly title: string;
  readonly text: (count: number) => string;
  /** A page of the console. */
  readonly page: string;
}

const NAMES_SHOWN = 5;

const WORDS: Readonly<Record<NoticeMessage['cause'], Words>> = {
  registrationDisabled: {
    title: 'A registration is switched off',
    text: (count) =>
      `${plural(count, 'registered callback is', 'registered callbacks are')} switched off, because the receiver is gone. ` +
      'Events are held until the registration is resumed or changed.',
    page: '/registrations?state=disabled',
  },
  callbacksDead: {
    title: 'Callbacks were given up',
    text: (count) =>
      `${plural(count, 'action', 'actions')} ended without a callback. Find out why, then send again what may still arrive.`,
    page: '/deliveries?status=dead',
  },
  credentialRefused: {
    title: 'Adobe refuses a credential',
    text: (count) =>
      `IMS refuses ${plural(count, 'credential', 'credentials')}. Callbacks wait, and go out by themselves once it is mended.`,
    page: '/credentials',
  },
  backlog: {
    title: 'Requests pile up',
    text: (count) =>
      `${count} requests or more wait to be enriched. Start more workers, or look for a step that is slow.`,
    page: '/',
  },
  lag: {
    title: 'Requests wait',
    text: (count) => `The most urgent request has waited for ${count} seconds. Start more workers.`,
    page: '/',
  },
  tableJobEnded: {
    title: 'A lookup table was loaded',
    text: (count) => `${plural(count, 'upload', 'uploads')} of lookup tables ended, and the rows are served.`,
    page: '/lookup-tables',
  },
  test: {
    title: 'A test message',
    text: () => 'An administrator has sent it. Messages of this notice arrive here.',
    page: '/',
  },
};

/** The body of the request, in the form of its receiver. */
export function writeMessage(format: NoticeFormat, message: NoticeMessage): string {
  const { title, text: say, page } = WORDS[message.cause];
  const text = say(message.count) + namesIn(message.names);
  const link = message.consoleUrl === null ? null : `${message.consoleUrl}${page}`;
  switch (format) {
    case 'json':
      return toJson(message, title, text, link);
    case 'slack':
      return toSlack(title, text, link);
    case 'teams':
      return toTeams(title, text, link);
    default:
      return format satisfies never;
  }
}

/** The members that Standard Webhooks recommends. */
function toJson(message: NoticeMessage, title: string, text: string, link: string | null): string {
  const { noticeId, cause, count, at } = message;
  const data = { noticeId, cause, count, title, text, link };
  return JSON.stringify({ type: `notice.${cause}`, timestamp: at.toISOString(), data });
}

function toSlack(title: string, text: string, link: string | null): string {
  const lines = [
    `*${escapeSlack(title)}*`,
    escapeSlack(text),
    ...(link === null ? [] : [`<${link}|Open the console>`]),
  ];
  return JSON.stringify({ text: lines.join('\n') });
}

/** An Adaptive Card, as the workflow "Post to a channel when a webhook request is received" takes it. */
function toTeams(title: string, text: string, link: string | null): string {
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      { type: 'TextBlock', size: 'Medium', weight: 'Bolder', text: title, wrap: true },
      { type: 'TextBlock', text, wrap: true },
    ],
    actions: link === null ? [] : [{ type: 'Action.OpenUrl', title: 'Open the console', url: link }],
  };
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return JSON.stringify({ type: 'message', attachments: [attachment] });
}

function namesIn(names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, NAMES_SHOWN).join(', ');
  const others = names.length - NAMES_SHOWN;
  return others > 0 ? ` They are ${shown} and ${others} more.` : ` Named: ${shown}.`;
}

function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The three characters that mean something in a text of Slack. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Views of routes that are newer than the console's other ones. */

export interface RevealedDelivery {
  readonly deliveryId: string;
  readonly channel: string;
  readonly status: string;
  readonly contentType: string;
  /** Null: retention or an erasure has removed it. */
  readonly body: string | null;
}

export interface RevealedAction {
  readonly requestId: string;
  readonly objectData: string | null;
  readonly results: readonly string[];
  readonly deliveries: readonly RevealedDelivery[];
}

export const NOTICE_CAUSES = [
  'registrationDisabled',
  'callbacksDead',
  'credentialRefused',
  'backlog',
  'lag',
  'tableJobEnded',
] as const;
export type NoticeCause = (typeof NOTICE_CAUSES)[number];

export const NOTICE_FORMATS = ['json', 'slack', 'teams'] as const;
export type NoticeFormat = (typeof NOTICE_FORMATS)[number];

export interface NoticeView {
  readonly id: string;
  readonly name: string;
  readonly state: 'active' | 'paused';
  readonly format: NoticeFormat;
  readonly causes: readonly NoticeCause[];
  readonly backlogRows: number | null;
  readonly lagSeconds: number | null;
  /** Of its address, which is never shown again. */
  readonly origin: string;
  readonly destinationId: string;
  readonly lastSentAt: string | null;
}

export interface NoticePage {
  readonly items: readonly NoticeView[];
  readonly nextCursor: string | null;
}

/** Stored as the `last_error` of deliveries that this service itself keeps from being sent. */
export const OWN_REASONS = Object.freeze({
  notPrepared: 'the channel could not prepare it',
  notMarked: 'it could not be marked as being sent',
  secretMalformed: 'a signing secret of its registration is malformed',
  timeWasUp: 'its time was up before it could be delivered',
  /** Followed by the channel's key in quotation marks. */
  noChannel: 'no channel ',
});

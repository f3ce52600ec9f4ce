import { Anchor, Progress, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { RecoveryProgress } from '../../../src/resend/recover.dto.js';
import { call } from '../api/client.js';
import { useView } from '../api/queries.js';
import { useSession } from '../api/session.js';
import { skipOf } from '../lib/delivery-words.js';
import { asNumber } from '../lib/words.js';
import { Confirm } from '../parts/confirm.js';
import { Facts } from '../parts/facts.js';
import { Moment } from '../parts/moment.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { StateBadge } from '../parts/state-badge.js';

const EVERY_MS = 1_000;

/** A job that sends again, as far as it got. */
export function RecoveryPage(): ReactNode {
  const { id = '' } = useParams();
  const session = useSession();
  const client = useQueryClient();
  const path = `/admin/recoveries/${id}`;
  const { data: job, error } = useView<RecoveryProgress>(path, {}, { live: true, everyMs: EVERY_MS });
  if (job === undefined) {
    return <Page title="Sent again">{error === null ? <Text>Loading …</Text> : <Problem error={error} />}</Page>;
  }
  const done = job.matched === 0 ? 100 : (100 * (job.matched - job.remaining)) / job.matched;
  const change = async (verb: 'pause' | 'resume' | 'cancel'): Promise<void> => {
    await call('POST', `${path}/${verb}`);
    await client.invalidateQueries();
  };
  const { filter } = job;
  const state: string = job.state;
  return (
    <Page
      title="Sent again"
      actions={
        <>
          <StateBadge state={state} />
          {session.can('operator') && state === 'running' && (
            <Confirm
              verb="Pause"
              question="Those under way are still sent. The others wait until the job is continued, and their time goes on."
              onConfirm={() => change('pause')}
            />
          )}
          {session.can('operator') && state === 'paused' && (
            <Confirm
              verb="Continue"
              question="It goes on where it was, at its rate."
              onConfirm={() => change('resume')}
            />
          )}
          {session.can('operator') && (state === 'running' || state === 'paused') && (
            <Confirm
              verb="Cancel"
              color="red"
              question="Deliveries that were sent again stay sent. The others stay as they are."
              onConfirm={() => change('cancel')}
            />
          )}
        </>
      }
    >
      <Progress value={done} aria-label={`${Math.floor(done)} % done`} />
      <Facts
        facts={[
          ['Matched', asNumber(job.matched)],
          ['Sent again', asNumber(job.resent)],
          ['Skipped', asNumber(job.skipped)],
          [
            'Why',
            Object.entries(job.skippedBecause)
              .map(([why, count]) => `${asNumber(count)}: ${skipOf(why)}`)
              .join(', ') || '–',
          ],
          ['Left', asNumber(job.remaining)],
          ['Could not be changed', job.failed === 0 ? '0' : `${asNumber(job.failed)}: the log says why`],
          ['Started', <Moment key="started" at={job.startedAt} />],
          ['Finished', <Moment key="finished" at={job.finishedAt} />],
          ['Statuses', filter.statuses.join(', ')],
          ['Channel', filter.channel ?? 'any'],
          ['Receiver', filter.destinationId ?? filter.origin ?? 'any'],
          ['Rate', `${job.ratePerSecond} a second`],
        ]}
      />
      <Anchor component={Link} to="/deliveries" underline="always">
        Deliveries
      </Anchor>
    </Page>
  );
}

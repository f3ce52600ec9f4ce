import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DestinationView } from '../../../src/admin/destinations.dto.js';
import type { ScopeOwnerKind } from '../../../src/delivery/delivery-channel.js';
import type { Json } from '../api/json.js';

const KINDS: Readonly<Record<ScopeOwnerKind, string>> = {
  company: 'company',
  eqp: 'EQP user',
  asyncClient: 'client of calls',
  notice: 'notice',
};

interface DestinationOwnerProps {
  readonly destination: Pick<Json<DestinationView>, 'channel' | 'scope' | 'owner'>;
}

/** Whose callbacks go there: a customer, with the way to its registration, or an organisation. */
export function DestinationOwner({ destination }: DestinationOwnerProps): ReactNode {
  const { channel, scope, owner } = destination;
  if (owner === null) return <span className="long-id">{`${scope} (${channel})`}</span>;
  const { kind, name, registration } = owner;
  if (name === null) return <span title={scope}>{`a ${KINDS[kind]} that is gone`}</span>;
  const words = `${name} (${KINDS[kind]})`;
  if (kind === 'notice') {
    return (
      <Anchor component={Link} to="/notices" fz="sm">
        {words}
      </Anchor>
    );
  }
  if (registration === null) return words;
  return (
    <Anchor component={Link} to={`/registrations/${registration}`} fz="sm">
      {words}
    </Anchor>
  );
}

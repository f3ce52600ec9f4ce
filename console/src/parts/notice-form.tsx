import { Checkbox, NativeSelect, NumberInput, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../api/client.js';
import {
  NOTICE_BOUND_MAX,
  NOTICE_CAUSES,
  NOTICE_FORMATS,
  type NoticeCause,
  type NoticeFormat,
} from '../../../src/notices/notice.js';
import type { NoticeView } from '../../../src/notices/notices.dto.js';
import type { Json } from '../api/json.js';
import { FormButton } from './form-button.js';
import { ShownOnce } from './shown-once.js';

export const CAUSE_WORDS: Readonly<Record<NoticeCause, string>> = {
  registrationDisabled: 'A registration is switched off',
  callbacksDead: 'Callbacks are given up',
  credentialRefused: 'Adobe refuses a credential',
  backlog: 'Many requests wait',
  lag: 'The most urgent request waits long',
  tableJobEnded: 'The upload of a table ended',
};

const FORMAT_WORDS: Readonly<Record<NoticeFormat, string>> = {
  json: 'JSON, for a program of yours',
  slack: 'Slack',
  teams: 'Microsoft Teams',
};

const LABELS = {
  format: 'Form',
  causes: 'When it writes',
  backlogRows: 'From so many on',
  lagSeconds: 'For so many seconds',
};

interface Terms {
  readonly name: string;
  readonly url: string;
  readonly format: NoticeFormat;
  readonly causes: readonly NoticeCause[];
  readonly backlogRows: number;
  readonly lagSeconds: number;
}

const NEW: Terms = {
  name: '',
  url: '',
  format: 'slack',
  causes: ['callbacksDead', 'credentialRefused'],
  backlogRows: 1_000,
  lagSeconds: 60,
};

/** Makes a notice, or changes one; the address of one that is there is never shown, and kept where none is given. */
export function NoticeForm({ notice }: { readonly notice?: Json<NoticeView> }): ReactNode {
  const client = useQueryClient();
  const [terms, setTerms] = useState(NEW);
  const put = (changes: Partial<Terms>): void => setTerms((before) => ({ ...before, ...changes }));
  const begin = (): void => setTerms(notice === undefined ? NEW : termsOf(notice));
  const submit = async (): Promise<ReactNode> => {
    const body = bodyOf(terms);
    if (notice !== undefined) {
      await call('PATCH', `/admin/notices/${notice.id}`, { body });
      await client.invalidateQueries();
      return null;
    }
    const { signingSecret } = await call<{ readonly signingSecret: string }>('POST', '/admin/notices', { body });
    await client.invalidateQueries();
    return <ShownOnce values={[[`Secret that signs the messages of ${terms.name}`, signingSecret]]} />;
  };
  const isNew = notice === undefined;
  return (
    <FormButton
      verb={isNew ? 'New notice' : 'Change'}
      variant={isNew ? 'filled' : 'default'}
      onSubmit={submit}
      onOpen={begin}
      labels={LABELS}
    >
      <TextInput
        label="Name"
        placeholder="operations in Slack"
        required
        value={terms.name}
        onChange={({ currentTarget }) => put({ name: currentTarget.value })}
      />
      <TextInput
        label="Address"
        description={isNew ? 'It is stored encrypted, and not shown again' : 'Empty: it stays as it is'}
        type="url"
        placeholder="https://hooks.slack.com/services/…"
        required={isNew}
        autoComplete="off"
        value={terms.url}
        onChange={({ currentTarget }) => put({ url: currentTarget.value })}
      />
      <NativeSelect
        label="Form"
        data={NOTICE_FORMATS.map((value) => ({ value, label: FORMAT_WORDS[value] }))}
        value={terms.format}
        onChange={({ currentTarget }) => put({ format: currentTarget.value as NoticeFormat })}
      />
      <Checkbox.Group
        label="When it writes"
        description="At most once an hour for each cause"
        value={[...terms.causes]}
        onChange={(chosen) => put({ causes: NOTICE_CAUSES.filter((cause) => chosen.includes(cause)) })}
      >
        <Stack gap={6} mt="xs">
          {NOTICE_CAUSES.map((cause) => (
            <Checkbox key={cause} value={cause} label={CAUSE_WORDS[cause]} />
          ))}
        </Stack>
      </Checkbox.Group>
      {terms.causes.includes('backlog') && (
        <NumberInput
          label="From so many on"
          min={1}
          max={NOTICE_BOUND_MAX.backlogRows}
          value={terms.backlogRows}
          onChange={(value) => put({ backlogRows: Number(value) || 1 })}
        />
      )}
      {terms.causes.includes('lag') && (
        <NumberInput
          label="For so many seconds"
          min={1}
          max={NOTICE_BOUND_MAX.lagSeconds}
          value={terms.lagSeconds}
          onChange={(value) => put({ lagSeconds: Number(value) || 1 })}
        />
      )}
    </FormButton>
  );
}

function termsOf({ name, format, causes, backlogRows, lagSeconds }: Json<NoticeView>): Terms {
  return {
    ...{ name, format, causes, url: '' },
    backlogRows: backlogRows ?? NEW.backlogRows,
    lagSeconds: lagSeconds ?? NEW.lagSeconds,
  };
}

/** A bound goes with its cause: the service refuses one without the other. */
function bodyOf({ name, url, format, causes, backlogRows, lagSeconds }: Terms): object {
  return {
    ...{ name, format, causes },
    ...(url === '' ? {} : { url }),
    backlogRows: causes.includes('backlog') ? backlogRows : null,
    lagSeconds: causes.includes('lag') ? lagSeconds : null,
  };
}

import { FileInput, Progress, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { UploadReceipt } from '../../../src/lookup-tables/lookup-tables.dto.js';
import { ApiError, changeHeaders, pathWith, toError } from '../api/client.js';
import type { Json } from '../api/json.js';
import { asNumber } from '../lib/words.js';
import { FormButton } from './form-button.js';

type Receipt = Json<UploadReceipt>;

/** A new version of a table, with the progress of its upload. */
export function UploadTable({ name: given }: { readonly name?: string }): ReactNode {
  const client = useQueryClient();
  const [name, setName] = useState(given ?? '');
  const [key, setKey] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const upload = async (): Promise<ReactNode> => {
    if (file === null) throw new ApiError(0, 'Choose a CSV file');
    const path = pathWith(`/admin/lookup-tables/${encodeURIComponent(name)}`, { key });
    try {
      const receipt = await put(path, file, setShare);
      await client.invalidateQueries();
      return <Result receipt={receipt} />;
    } finally {
      setShare(null);
    }
  };
  return (
    <FormButton verb={given === undefined ? 'Upload a table' : 'Upload a version'} variant="filled" onSubmit={upload}>
      {given === undefined && (
        <TextInput label="Name" required value={name} onChange={({ currentTarget }) => setName(currentTarget.value)} />
      )}
      <TextInput
        label="Columns of the key"
        description="Joined by commas. Empty: as the version before, at first the first column"
        value={key}
        onChange={({ currentTarget }) => setKey(currentTarget.value)}
      />
      <FileInput label="CSV file" accept=".csv,text/csv" placeholder="Choose a file" value={file} onChange={setFile} />
      {share !== null && <Progress value={share * 100} aria-label={`${Math.floor(share * 100)} % uploaded`} />}
    </FormButton>
  );
}

function Result({ receipt }: { readonly receipt: Receipt }): ReactNode {
  const { version, rows, badLines, duplicates } = receipt;
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        Version {version} with {asNumber(rows)} rows is in use.
      </Text>
      {duplicates > 0 && (
        <Text size="sm">{asNumber(duplicates)} rows had the key of another one and were left out.</Text>
      )}
      {badLines.map(({ line, reason }) => (
        <Text key={line} size="sm">
          Line {line} was left out: it {reason}.
        </Text>
      ))}
    </Stack>
  );
}

/** `fetch` tells nothing of an upload's progress. */
function put(path: string, file: File, onProgress: (share: number) => void): Promise<Receipt> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', path);
    request.setRequestHeader('content-type', 'text/csv');
    for (const [header, value] of Object.entries(changeHeaders())) request.setRequestHeader(header, value);
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(new ApiError(0, 'The upload was cut off. Nothing changed.'));
    request.onload = () => {
      if (request.status === 200) resolve(request.response as Receipt);
      else reject(toError(request.status, request.response));
    };
    request.send(file);
  });
}

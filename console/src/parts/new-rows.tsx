import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { asNumber } from '../lib/words.js';

/** Rows that came while the reader was further down. */
export function NewRows({ count, onShow }: { readonly count: number; readonly onShow: () => void }): ReactNode {
  if (count === 0) return null;
  return (
    <Button size="xs" fullWidth className="new-rows" onClick={onShow}>
      {asNumber(count)} new
    </Button>
  );
}

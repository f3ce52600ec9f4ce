import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { AdminSessionView } from '../../../src/admin-keys/admin-session.dto.js';
import { type AdminRole, reaches } from '../../../src/security/admin-roles.js';
import { ApiError, call, keepCsrfToken, watchSession } from './client.js';
import type { Json } from './json.js';

type Known = Json<AdminSessionView>;

/** The person in front of the console. */
export interface Session {
  readonly name: string;
  readonly role: AdminRole;
  readonly endsAt: string | null;
  readonly can: (least: AdminRole) => boolean;
  readonly logOut: () => Promise<void>;
}

interface SessionState {
  /** Undefined: not known yet. Null: no person is logged in. */
  readonly session: Session | null | undefined;
  /** Why the login is shown again; null at first. */
  readonly notice: string | null;
  readonly logIn: (key: string) => Promise<void>;
}

const Context = createContext<SessionState | null>(null);

/** Keeps who is logged in; the cookie itself is out of the page's reach. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [known, setKnown] = useState<Known | null | undefined>(undefined);
  const [notice, setNotice] = useState<string | null>(null);

  const forget = useCallback(
    (why: string | null) => {
      keepCsrfToken(null);
      setKnown(null);
      setNotice(why);
      client.clear();
    },
    [client],
  );
  const learn = useCallback((view: Known) => {
    keepCsrfToken(view.csrfToken);
    setNotice(null);
    setKnown(view);
  }, []);

  useEffect(() => {
    let wasKnown = false;
    watchSession(() => forget(wasKnown ? 'The session is over. Log in to go on.' : null));
    void call<Known>('GET', '/admin/session').then(
      (view) => {
        wasKnown = true;
        learn(view);
      },
      (error: unknown) => {
        const isAway = !(error instanceof ApiError) || error.status !== 401;
        forget(isAway ? (error as Error).message : null);
      },
    );
  }, [forget, learn]);

  const state = useMemo<SessionState>(
    () => ({
      notice,
      session: known && {
        name: known.name,
        role: known.role,
        endsAt: known.endsAt,
        can: (least) => reaches(known.role, least),
        logOut: async () => {
          await call('POST', '/admin/session/end');
          forget(null);
        },
      },
      logIn: async (key) => {
        const headers = { authorization: `Bearer ${key}` };
        const view = await call<Known>('POST', '/admin/session', { headers });
        watchSession(() => forget('The session is over. Log in to go on.'));
        learn(view);
      },
    }),
    [known, notice, forget, learn],
  );
  return <Context value={state}>{children}</Context>;
}

export function useSessionState(): SessionState {
  const state = useContext(Context);
  if (state === null) throw new Error('outside of SessionProvider');
  return state;
}

/** Only below a page that is shown to people who are logged in. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (session == null) throw new Error('no person is logged in');
  return session;
}

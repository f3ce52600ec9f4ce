import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keys made for development, as `keys.json` holds them. */
export interface DevelopmentKeys {
  readonly inboundApiKeys: readonly string[];
  readonly adminApiKeys: readonly string[];
  /** `id:base64`, 32 bytes. */
  readonly encryptionKeys: readonly string[];
}

/** The keys and where they are kept. */
export interface StoredDevelopmentKeys {
  readonly path: string;
  /** Whether this call made them. */
  readonly created: boolean;
  readonly keys: DevelopmentKeys;
}

const OWNER_ONLY = 0o600;

/**
 * Reads `keys.json` of a data folder, or makes it: readable by its owner only, whole or not at all, and one winner
 * when several processes start at once.
 * @throws when the folder cannot be written or the file is not what we wrote.
 */
export function ensureDevelopmentKeys(dataDir: string): StoredDevelopmentKeys {
  const path = join(dataDir, 'keys.json');
  const existing = readKeys(path);
  if (existing !== null) {
    return { path, created: false, keys: existing };
  }
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, `${JSON.stringify(generateKeys(), null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    const created = linkUnlessTaken(draft, path);
    const keys = readKeys(path);
    if (keys === null) {
      throw new Error(`${path} vanished while it was being made`);
    }
    return { path, created, keys };
  } finally {
    rmSync(draft, { force: true });
  }
}

function generateKeys(): DevelopmentKeys {
  return {
    inboundApiKeys: [randomBytes(24).toString('hex')],
    adminApiKeys: [randomBytes(24).toString('hex')],
    encryptionKeys: [`dev:${randomBytes(32).toString('base64')}`],
  };
}

function linkUnlessTaken(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

function readKeys(path: string): DevelopmentKeys | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return null;
    }
    throw error;
  }
  // An editor or a copy may have widened it.
  chmodSync(path, OWNER_ONLY);
  return readContent(path, text);
}

function readContent(path: string, text: string): DevelopmentKeys {
  let content: Partial<Record<string, unknown>>;
  try {
    content = JSON.parse(text) as Partial<Record<string, unknown>>;
  } catch {
    // Without the cause: a parser quotes what it reads, and these are keys.
    throw new Error(`${path} is not JSON`);
  }
  const listOf = (name: keyof DevelopmentKeys): readonly string[] => {
    const list = content[name];
    if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === 'string')) {
      throw new Error(`${path} lacks the list "${name}"`);
    }
    return list;
  };
  return {
    inboundApiKeys: listOf('inboundApiKeys'),
    adminApiKeys: listOf('adminApiKeys'),
    encryptionKeys: listOf('encryptionKeys'),
  };
}

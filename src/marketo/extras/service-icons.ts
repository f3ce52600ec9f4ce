import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/config.js';
import type { MarketoService } from '../documents/service-definition.js';

/** An image as it is sent. */
export interface Icon {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Larger ones are no icons. */
const MAX_BYTES = 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
});

/** Icons of services: the files that a definition names, else drawn from a name. */
@Injectable()
export class ServiceIcons {
  constructor(private readonly config: AppConfig) {}

  brand({ marketo, openapi }: MarketoService): Promise<Icon> {
    return this.read(marketo.icons.brand, openapi.providerName);
  }

  service({ marketo, name }: MarketoService): Promise<Icon> {
    return this.read(marketo.icons.service, name);
  }

  /** Names of files that cannot be sent: drawn icons stand in for them. */
  async unusable({ marketo }: MarketoService): Promise<string[]> {
    const { brand, service } = marketo.icons;
    const names = [...new Set([brand, service])].filter((name) => name !== null);
    const found = await Promise.all(names.map((name) => this.load(name)));
    return names.filter((_, index) => found[index] === null);
  }

  private async read(file: string | null, name: string): Promise<Icon> {
    return (file === null ? null : await this.load(file)) ?? draw(name);
  }

  private async load(file: string): Promise<Icon | null> {
    const contentType = TYPES[extname(file).toLowerCase()];
    const path = join(this.config.catalog.servicesDir, file);
    try {
      if (contentType === undefined || (await stat(path)).size > MAX_BYTES) return null;
      return { contentType, bytes: await readFile(path) };
    } catch {
      return null;
    }
  }
}

/** The first letters of a name on a colour of its own. */
function draw(name: string): Icon {
  const letters = (name.match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]/gu) ?? []).slice(0, 2);
  const hue = (createHash('sha256').update(name).digest()[0] ?? 0) * 1.4;
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">' +
    `<rect width="64" height="64" rx="12" fill="hsl(${Math.round(hue)},55%,40%)"/>` +
    '<text x="32" y="33" fill="#fff" font-family="Arial,sans-serif" font-size="26" text-anchor="middle" ' +
    `dominant-baseline="middle">${letters.join('').toUpperCase()}</text></svg>`;
  return { contentType: 'image/svg+xml', bytes: Buffer.from(svg) };
}

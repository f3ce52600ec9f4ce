import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate with its key, both in PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority that only the test trusts, and what it signed for loopback. */
export interface TestCa {
  /** PEM; what a client has to trust. */
  readonly ca: string;
  readonly server: TestCertificate;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** Makes an authority and a server certificate for localhost and 127.0.0.1. Written out in DER: no tool is needed. */
export function createTestCa(): TestCa {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = nameOf('Test authority');
  const isCa = extension('2.5.29.19', sequence(tlv(0x01, Buffer.from([0xff]))), true);
  const names = sequence(
    tlv(0x82, Buffer.from('localhost')),
    tlv(0x82, Buffer.from('*.localhost')),
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
  );
  return {
    ca: certificate({ subject: issuer, issuer, key: authority.publicKey, extensions: isCa }, authority.privateKey),
    server: {
      cert: certificate(
        { subject: nameOf('localhost'), issuer, key: server.publicKey, extensions: extension('2.5.29.17', names) },
        authority.privateKey,
      ),
      key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  };
}

interface CertificateParts {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly key: KeyObject;
  readonly extensions: Buffer;
}

function certificate({ subject, issuer, key, extensions }: CertificateParts, signer: KeyObject): string {
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    issuer,
    sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS)),
    subject,
    key.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(extensions)),
  );
  const der = sequence(body, ECDSA_SHA256, bitString(sign('sha256', body, signer)));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function nameOf(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oid('2.5.4.3'), tlv(0x0c, Buffer.from(commonName)))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value));
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}

function bitString(bytes: Buffer): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.from([0]), bytes]));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

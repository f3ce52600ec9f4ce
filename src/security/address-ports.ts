/** The ports that browsers refuse to speak HTTP to (the "bad ports" of WHATWG Fetch). */
const BROWSERS_REFUSE = [
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/**
 * Services of a server's own network that a browser never meets: file shares and remote desktops, databases, caches,
 * brokers, and the control ports of container hosts, some of which do understand HTTP.
 */
const INNER_SERVICES = [
  445, 873, 1433, 1521, 3306, 3389, 5432, 5672, 5900, 6379, 9042, 9092, 9200, 9300, 11211, 27017, 2375, 2376, 2379,
  2380, 10250, 10255,
];

const REFUSED: ReadonlySet<string> = new Set([...BROWSERS_REFUSE, ...INNER_SERVICES].map(String));

/** Whether a port, as WHATWG URL writes it (empty: the scheme's own), is known to be another protocol's. */
export function isServicePort(port: string): boolean {
  return port !== '' && REFUSED.has(port);
}

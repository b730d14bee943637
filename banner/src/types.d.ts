// What the banner reads, keeps and sends. The same words as docs/reference/banner.md.

/** Set by the build: whether the texts of one language are in the file, or it fetches them. */
declare const IS_WHOLE: boolean;
declare const LANGUAGE: string;
declare const LANGUAGES: string;
declare const BUILD: string;
declare module "texts" {
  const texts: Record<string, string>;
  export default texts;
}
declare module "*.css" {
  const text: string;
  export default text;
}

type Category = "necessary" | "preferences" | "analytics" | "marketing";
type Kind = "cookie" | "local" | "session" | "indexeddb" | "cache" | "service-worker";

interface Item {
  pattern: string;
  kind: Kind;
  retention_days?: number | null;
  domain?: string;
  path?: string;
  http_only?: boolean;
  partitioned?: boolean;
}

interface Service {
  id: string;
  name: string;
  provider?: string;
  category: Category;
  purpose?: Record<string, string>;
  hosts?: string[];
  items?: Item[];
}

interface Notice {
  format: string;
  site: string;
  controller: { name: string; policy_url?: string; contact?: string };
  policy?: { slug: string; version: number; text_hash: string };
  server?: string;
  keep_days?: number;
  keep_reason?: string;
  material: string;
  languages?: string[];
  texts?: Record<string, Record<string, string>>;
  style?: { position?: string; accent?: string; tab?: boolean };
  consent_mode?: boolean;
  regulation?: string;
  services: Service[];
  never?: Item[];
}

type Method = "banner" | "dialogue" | "api" | "gpc" | "placeholder";
type Event_ = "given" | "partial" | "refused" | "withdrawn" | "renewed" | "signal";

interface Decision {
  id: string;
  consent_id: string;
  event: Event_;
  method: Method;
  layer: 0 | 1 | 2;
  granted: string[];
  denied: string[];
  notice: string;
  material: string;
  language: string;
  claimed_at: string;
  gpc: boolean;
}

interface Answer {
  record: string;
  origin: string;
  index: number;
  leaf: string;
}

/** The newest decision and the server's answer to it. */
interface Kept {
  decision: Decision;
  answer?: Answer;
}

/** What the visitor was told, and has granted; what is not there yet counts as no. */
interface State {
  notice_: Notice;
  /** What may run now. */
  granted_: Set<string>;
  /** What the visitor chose: ahead of `granted_` while the server has not answered. */
  chosen_: string[];
  /** When the choice in force was made, in seconds; 0 or nothing without one. */
  decided_: number;
  consentId_: string;
  /** There was a choice, but of another notice or too long ago. */
  isStale_: boolean;
  /** The cookie as last read or written; empty before a choice, and where the browser keeps none. */
  cookie_: string;
  language_: string;
}

/** Something that waits for a service to be agreed to. */
interface Held {
  element_: Element;
  name_: string;
  service_: Service;
  value_: unknown;
  resume_: () => void;
}

/** What the receipt, fetched only when asked for, needs to know. */
interface Known {
  kept: Kept;
  notice: Notice;
  texts: Record<string, string>;
  until: string;
  address: string;
}

interface Policy {
  createScriptURL(url: string): string;
  createHTML(html: string): string;
}
interface Window {
  trustedTypes?: { createPolicy(name: string, rules: object): Policy };
  dataLayer?: any[];
  holdtrue?: Record<string, unknown>;
}
interface Navigator {
  globalPrivacyControl?: boolean;
}

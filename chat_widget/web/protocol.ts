// What travels on the Socket.IO namespace /visitor, as the server writes it. Times are ISO 8601 UTC.

export type AuthorKind = "visitor" | "agent" | "bot" | "system";

export interface Author {
  kind: AuthorKind;
  name: string;
  photo?: string | null;
}

export interface Button {
  value: string;
  label: string;
}

/** A file of a message; `url` is seen from the folder that widget.js lies in, with a slash before it. */
export interface Attachment {
  id: number;
  name: string;
  mime: string;
  size: number;
  url: string;
  width?: number;
  height?: number;
}

export interface Message {
  id: number;
  seq: number;
  change: number;
  at: string;
  author: Author;
  text: string;
  kind?: string;
  client_id?: string;
  reply_to?: number;
  buttons?: Button[];
  attachments?: Attachment[];
  choice?: string;
  edited_at?: string;
  deleted?: boolean;
}

/** A deleted message may come with nothing but its place. */
export type Deletion = Pick<Message, "id" | "seq" | "change"> & Partial<Message>;

export interface Conversation {
  id: number;
  status: "open" | "pending" | "snoozed" | "resolved";
  change: number;
  assignee: { name: string; photo?: string | null } | null;
  agent_read_seq: number;
  visitor_read_seq: number;
  rating?: number;
}

/** The head of the conversation; bare (`id`, `change`, perhaps `status`) where something changed that a visitor does not see. */
export type Head = Pick<Conversation, "id" | "change"> & Partial<Conversation>;

export interface Read {
  seq: number;
  change: number;
  side: "agent" | "visitor";
}

export interface Typing {
  author: { kind: AuthorKind; name: string };
  on: boolean;
}

export interface ReplyExpected {
  now: boolean;
  at: string | null;
  text?: string;
}

export interface Availability {
  agents_online: number;
  reply_expected: ReplyExpected;
}

export interface Field {
  key: string;
  label: string;
  type: "text" | "tel" | "email" | "choice" | "consent";
  required?: boolean;
  value?: string;
  /** The answers that a choice offers. */
  choices?: string[];
  /** Of the text to agree to. */
  version?: number;
}

/** How the business looks. `logo` is an address; `agent`: whose face it has until somebody answers. */
export interface Theme {
  accent?: string;
  scheme?: "auto" | "light" | "dark";
  side?: "right" | "left";
  logo?: string;
  agent?: { name: string; photo?: string | null };
  variables?: Record<string, string>;
}

/** A beginning to press: what the button says, and what is then said. */
export interface QuickButton {
  label: string;
  text: string;
}

/** Who is kept out is told so. */
export interface Blocked {
  text: string;
  until: string | null;
}

export interface Hello extends Availability {
  token: string;
  conversation?: Conversation | null;
  messages: Message[];
  more_before?: boolean;
  last_change: number;
  form: Field[];
  greeting: string;
  theme: Theme;
  widget?: { buttons?: QuickButton[]; rating?: boolean; transcript?: boolean; sound?: boolean };
  blocked?: Blocked | null;
  business?: { name: string };
  language: string;
  /** How many files a message may have, and how large each. */
  files?: { most: number; size_mb: number };
}

/** A messenger in which the conversation may go on: an answer to `ways`. */
export interface Way {
  channel: "telegram" | "viber";
  name: string;
  url: string;
}

/** An answer to `history` and `messages`. */
export interface Found {
  messages: Message[];
  more_before?: boolean;
}

export interface Page {
  messages: Message[];
  conversation: Conversation | null;
  last_change: number;
  more: boolean;
}

export interface Started {
  token: string;
  conversation: Conversation;
}

/** The acknowledgement of a message: it is committed. */
export interface Accepted {
  id: number;
  seq: number;
  change: number;
  at: string;
}

export interface Refusal {
  code: string;
  message: string;
  retry_after_s?: number;
  field?: string;
  /** Work that lets one in all the same, see solve.ts. */
  challenge?: Challenge;
}

/** ALTCHA, version 2. */
export interface Challenge {
  parameters: { nonce: string; salt: string; keyPrefix: string; cost: number };
  signature?: string;
}

export type Ack<T> = ({ ok: true } & T) | { ok: false; error: Refusal };

/** What changes the state of a conversation. */
export type Change =
  | { name: "message" | "message_changed"; data: Message }
  | { name: "message_deleted"; data: Deletion }
  | { name: "conversation"; data: Head }
  | { name: "read"; data: Read };

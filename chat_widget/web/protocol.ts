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
  type: "text" | "tel" | "email";
  required?: boolean;
  value?: string;
}

export interface Hello extends Availability {
  token: string;
  conversation?: Conversation | null;
  messages: Message[];
  more_before?: boolean;
  last_change: number;
  form: Field[];
  greeting: string;
  theme: { accent?: string };
  business?: { name: string };
  language: string;
  /** How many files a message may have, and how large each. */
  files?: { most: number; size_mb: number };
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
}

export type Ack<T> = ({ ok: true } & T) | { ok: false; error: Refusal };

/** What changes the state of a conversation. */
export type Change =
  | { name: "message" | "message_changed"; data: Message }
  | { name: "message_deleted"; data: Deletion }
  | { name: "conversation"; data: Head }
  | { name: "read"; data: Read };

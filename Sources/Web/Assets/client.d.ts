// The types of client.js. What it promises is said there and in docs/CLIENT.md.

export type Id = string;
/** RFC 3339, UTC, with milliseconds. */
export type Time = string;
/** From and to, both included. */
export type Range = [from: number, to: number];
export type Kind = 'direct' | 'group' | 'broadcast';
export type Role = 'owner' | 'admin' | 'member' | 'reader';
export type Visibility = 'private' | 'public';
export type Status = 'online' | 'away' | 'busy' | 'invisible';

export interface User {
  id: Id;
  username: string;
  display_name: string | null;
}

export interface Channel {
  channel: Id;
  kind: Kind;
  name: string | null;
  topic: string | null;
  visibility: Visibility;
  history: 'all' | 'joined';
  /** Null where one is no member. */
  role: Role | null;
  members_count: number;
  seq: number;
  last_message_number: number;
  last_message_at: Time | null;
  read_number: number;
  unread: number;
  mentions: number;
  notifications: 'all' | 'mentions' | 'none';
  muted_until: Time | null;
  retention_seconds: number | null;
  archived_at: Time | null;
  created_at: Time;
  updated_at: Time;
  /** The other one of a direct channel. */
  user?: User;
}

export interface Attachment {
  file_id: Id;
  name: string;
  size: number;
  content_type: string;
  url: string;
  /** Of an image that says how large it is. */
  width?: number;
  height?: number;
  /** Where a small image of it is, if one can be made. */
  thumbnail_url?: string;
}

export interface Message {
  channel: Id;
  message_number: number;
  seq: number;
  sender: Id;
  type: 'text' | 'file' | 'image';
  text: string | null;
  attachments: Attachment[];
  reference: { type: string; id: string } | null;
  forwarded_from: { sender: Id; created_at: Time } | null;
  action: { name: string; params: unknown } | null;
  tags: string[];
  mentions: Id[];
  reply_to: number | null;
  reactions: { emoji: string; count: number; mine: boolean }[];
  thread: { replies: number; last_reply: number } | null;
  client_msg_id: string | null;
  created_at: Time;
  edited_at: Time | null;
  deleted_at: Time | null;
  pinned_at: Time | null;
}

/** What the server says of a file that was uploaded. */
export interface UploadedFile {
  id: Id;
  name: string;
  size: number;
  content_type: string;
  sha256: string;
  url: string;
  width?: number;
  height?: number;
  thumbnail_url?: string;
  owner: Id;
  created_at: Time;
}

/** What `send` takes; a text alone may be given as a string. */
export interface NewMessage {
  type?: 'text' | 'file' | 'image';
  text?: string;
  attachments?: { file_id: Id }[];
  reference?: { type: string; id: string };
  action?: { name: string; params?: unknown };
  tags?: string[];
  reply_to?: number;
  /** Made when it is not given. Whoever gives it may send again, and the message is still there once. */
  client_msg_id?: string;
}

export interface Reply {
  channel: Id;
  message_number: number;
  seq: number;
  client_msg_id: string;
  created_at: Time;
  duplicate: boolean;
}

export interface Member {
  user: User;
  role: Role;
  read_number: number;
  joined_at: Time;
}

/** Something to know of, as `GET /notifications` shows it and as it is told live. */
export interface Notification {
  id: Id;
  type: 'new_message' | 'mention' | 'reaction' | 'channel_invite' | 'course' | 'system';
  actor: Id | null;
  reference: { type: string; id: string };
  to_user: Id;
  from_user: Id | null;
  reference_id: string;
  reference_username: string | null;
  /** What it says, of what may be seen now. */
  text: string;
  /** Unread messages, of a `new_message`. */
  count?: number;
  channel?: Id;
  message_number?: number;
  created_at: Time;
  read_at: Time | null;
}

/** What was asked for and takes a while; `job.updated` tells at most 20 of its errors. */
export interface Job {
  id: Id;
  kind: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  progress: { done: number; total: number };
  result: any;
  errors: { row: number; code: string; detail: string }[];
  created_at: Time;
  updated_at: Time;
}

/** Somebody in one's address book; `user` where it is known who that is here. */
export interface Contact {
  id: Id;
  name: string | null;
  email: string | null;
  phone: string | null;
  emails: string[];
  phones: string[];
  user: User | null;
  created_at: Time;
  updated_at: Time;
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

export interface SearchBounds {
  /** Some of messages, users, channels, courses, files, between commas; all unless given. */
  type?: string;
  tag?: string;
  channel?: Id;
  from?: Id;
  before?: string;
  after?: string;
  limit?: number;
  cursor?: string | null;
}

/** What was found, by its `type`, with the text around it in pieces. */
export interface SearchHit {
  type: 'message' | 'user' | 'channel' | 'course' | 'file';
  message?: Message;
  user?: User;
  channel?: Channel;
  file?: any;
  in?: { channel: Id; message_number: number };
  snippet?: { text: string; match: boolean }[];
}

/** A frame as the server sent it. */
export interface Frame<Type extends string = string, Data = any> {
  type: Type;
  channel: Id;
  /** Of durable events only. */
  seq?: number;
  data: Data;
}

export interface ServerEvents {
  'message.created': Pick<Message, 'message_number' | 'sender' | 'created_at'> & Partial<Message>;
  'message.updated': { message_number: number; text: string; edited_at: Time; mentions?: Id[] };
  'message.deleted': { message_numbers: Range[]; scope: 'all'; by: Id };
  'message.pinned': { message_number: number; by: Id };
  'message.unpinned': { message_number: number; by: Id };
  'reaction.added': { message_number: number; emoji: string; user: Id };
  'reaction.removed': { message_number: number; emoji: string; user: Id };
  'member.joined': User & { user: Id; role: Role; by: Id; members_count: number };
  'member.left': { user: Id; by: Id; members_count: number };
  'member.updated': { user: Id; role: Role; by: Id };
  'channel.created': { kind: Kind; name: string | null; members_count: number; by: Id };
  'channel.updated': Partial<Channel> & { by: Id };
  'channel.deleted': { by: Id };
  void: undefined;
  'channel.added': Channel;
  'channel.removed': { channel: Id; reason: 'left' | 'removed' | 'deleted'; by: Id };
  'message.hidden': { channel: Id; message_numbers: Range[] };
  'notification.created': Notification;
  'notification.read': { ids?: Id[]; up_to?: Id; channel?: Id };
  'session.revoked': { id: Id };
  'job.updated': Job;
  'course.progress': any;
  'receipt.updated': { user: Id; read: number };
  'channel.unread': { channel: Id; read_number: number; unread: number; mentions: number };
  'profile.updated': any;
  typing: { user: Id; expires_in: number };
  presence: { user: Id; status: 'online' | 'away' | 'busy' | 'offline'; last_seen_at: Time | null };
  'auth.expiring': any;
  reconnect: { reason: string; retry_after_ms: number };
}

export type Phase = 'idle' | 'connecting' | 'online' | 'waiting' | 'stopped';

export interface State {
  phase: Phase;
  /** While waiting: when the next try is, as `now()` counts. */
  retryAt?: number;
  /** When stopped: the close code, its reason, and whether only signing in again helps. */
  code?: number;
  reason?: string;
  message?: string;
  signIn?: boolean;
}

export interface Ready {
  session_id: string;
  epoch: string;
  user: User;
  server_time: Time;
  token_expires_at: Time;
  limits: Limits;
  channels: Channel[];
  me_seq: number;
  more_channels: boolean;
}

export type Marker = Pick<Channel, 'channel' | 'seq' | 'last_message_number' | 'read_number' | 'unread' | 'mentions'>;

export interface Resumed {
  session_id: string;
  replayed: number;
  me_seq: number;
  states: Marker[];
  more: { channel: Id; from_seq: number; to_seq: number }[];
  gaps: { channel: Id; have_seq: number; oldest_seq: number }[];
  added: Channel[];
  more_added: boolean;
  removed: Id[];
}

export interface Limits {
  send?: { count: number; per_ms: number };
  text_bytes?: number;
}

/** What the client says of itself. */
export interface ClientEvents {
  /** The connection goes from one phase to another. */
  state: State;
  /** A fresh start: whatever was known is to be replaced by this. */
  ready: Ready;
  /** After an outage, behind the events that were missed. */
  resumed: Resumed;
  /** More of one's channels than the greeting held. */
  channels: Channel[];
  /** A message was written, sent (`reply`), refused (`error`) or discarded. */
  outbox: { item: OutboxItem; reply?: Reply; error?: ConfabError };
  /** These events are not to be had any more: what one keeps of the channel is to be read anew. */
  gap: { channel: Id; from_seq: number; to_seq: number };
  /** A listener threw, or something in the background failed. */
  error: any;
  /** Every event of the server. */
  event: Frame;
}

export interface OutboxItem {
  client_msg_id: string;
  channel: Id;
  type: 'message.send' | 'message.forward';
  data: any;
  order: number;
  created_at: Time;
  /** Why it was refused; it is not sent again before `retry`. */
  failure?: { code: string; message: string };
}

export interface StorageLike {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Position {
  user: User;
  session_id: string;
  epoch: string;
  me_seq: number;
  channels: Record<Id, number>;
}

export interface Options {
  url?: string;
  token(renew: boolean): Promise<string>;
  user?: Id;
  position?: Position | null;
  storage?: StorageLike | Map<string, string>;
  WebSocket?: new (url: string, protocols: string[]) => any;
  fetch?: (url: string, options: any) => Promise<any>;
  XMLHttpRequest?: new () => any;
  client?: { name: string; version: string };
  random?: () => number;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => any;
  clearTimer?: (timer: any) => void;
}

export interface Proof {
  channel: Id;
  from_seq: number;
  to_seq: number;
  last_message_number: number | null;
}

export class ConfabClient {
  constructor(options: Options);

  readonly phase: Phase;
  readonly user: User | null;
  readonly limits: Limits;
  readonly outbox: Outbox;
  readonly channels: Id[];
  readonly position: Position | null;

  on<Type extends keyof ClientEvents>(type: Type, listener: (detail: ClientEvents[Type]) => void): () => void;
  on<Type extends keyof ServerEvents>(
    type: Type,
    listener: (frame: Frame<Type, ServerEvents[Type]>) => void,
  ): () => void;

  connect(): Promise<void>;
  close(): void;
  nudge(): void;
  request(type: string, data?: any, timeoutMs?: number): Promise<any>;
  rest(method: string, path: string, body?: any): Promise<any>;

  /** Of more than 8 MiB it goes on by itself where it was cut off. */
  upload(
    file: Blob & { name?: string },
    options?: {
      name?: string;
      onProgress?: (done: { loaded: number; total: number }) => void;
      signal?: AbortSignal;
    },
  ): Promise<UploadedFile>;
  download(id: Id, options?: { thumbnail?: boolean }): Promise<Blob>;

  importContacts(
    file: Blob,
    options?: {
      phoneCountry?: string;
      onProgress?: (done: { loaded: number; total: number } | Job) => void;
      signal?: AbortSignal;
    },
  ): Promise<Job>;
  contacts(which?: { q?: string; registered?: boolean; cursor?: string; limit?: number }): Promise<Page<Contact>>;

  send(channel: Id, message: string | NewMessage): Promise<Reply>;
  forward(from_channel: Id, message_number: number, to_channel: Id): Promise<Reply>;
  retry(client_msg_id: string): Promise<Reply>;
  discard(client_msg_id: string): void;
  edit(channel: Id, message_number: number, text: string): Promise<{ seq: number; edited_at: Time }>;
  delete(
    channel: Id,
    numbers: number | Range[],
    scope?: 'all' | 'me',
  ): Promise<{ seq?: number; me_seq?: number }>;
  react(channel: Id, message_number: number, emoji: string, on?: boolean): Promise<{ seq: number }>;
  pin(channel: Id, message_number: number, on?: boolean): Promise<any>;
  read(channel: Id, message_number: number): Promise<{ read_number: number; unread: number }>;
  history(
    channel: Id,
    position?: { before?: number; after?: number; around?: number; limit?: number },
  ): Promise<{ messages: Message[]; has_more: boolean }>;
  events(channel: Id, after_seq: number, limit?: number): Promise<{ events: Frame[]; has_more: boolean }>;
  pins(channel: Id): Promise<{ items: Message[] }>;
  thread(
    channel: Id,
    message_number: number,
    page?: { after?: number; limit?: number },
  ): Promise<Page<Message> & { has_more: boolean }>;
  search(text: string, bounds?: SearchBounds): Promise<Page<SearchHit> & { indexing: boolean }>;
  tags(
    prefix?: string,
    bounds?: { limit?: number; cursor?: string | null },
  ): Promise<Page<{ tag: string }>>;
  receipts(channel: Id, message_number: number): Promise<Page<{ user: User; read_number: number }>>;

  open(whom: { user: Id } | { username: string }): Promise<Channel>;
  create(channel: {
    name: string;
    members?: Id[];
    kind?: 'group' | 'broadcast';
    visibility?: Visibility;
    history?: 'all' | 'joined';
  }): Promise<Channel>;
  join(channel: Id, invite?: string): Promise<{ channel: Id; seq: number }>;
  leave(channel: Id): Promise<{ channel: Id; seq: number }>;
  update(
    channel: Id,
    change: {
      name?: string;
      topic?: string | null;
      visibility?: Visibility;
      history?: 'all' | 'joined';
      archived?: boolean;
      retention_seconds?: number | null;
    },
  ): Promise<Channel>;
  remove(channel: Id): Promise<null>;
  publicChannels(cursor?: string | null): Promise<Page<Channel>>;
  members(channel: Id, cursor?: string | null): Promise<Page<Member>>;
  addMember(channel: Id, user: Id, role?: Role): Promise<any>;
  setRole(channel: Id, user: Id, role: Role): Promise<any>;
  removeMember(channel: Id, user: Id): Promise<null>;
  notifications(
    channel: Id,
    change: { level?: 'all' | 'mentions' | 'none'; muted_until?: Time | null },
  ): Promise<{ level: 'all' | 'mentions' | 'none'; muted_until: Time | null }>;

  typing(channel: Id, on?: boolean): void;
  presence(status: Status): Promise<void>;
  watch(wish: { users?: Id[]; channels?: Id[] }): Promise<void>;
  unwatch(wish: { users?: Id[]; channels?: Id[] }): Promise<void>;

  assertComplete(channel: Id): Proof;
  horizon(channel: Id): number;
}

export class ConfabError extends Error {
  constructor(error?: {
    code?: string;
    message?: string;
    temporary?: boolean;
    retry_after_ms?: number;
    errors?: any;
    status?: number;
  });
  readonly code: string;
  readonly temporary: boolean;
  readonly retryAfterMs: number;
  readonly errors: { pointer?: string; code?: string; detail?: string }[];
  /** The status of a route's answer, 0 on the socket. */
  readonly status: number;
  readonly explanation: string;
}

export class IncompleteError extends ConfabError {
  constructor(found: { channel: Id; seqs: Range[]; numbers: Range[]; repeated: number[] });
  readonly channel: Id;
  readonly seqs: Range[];
  readonly numbers: Range[];
  readonly repeated: number[];
}

export function callREST(call: {
  method: string;
  path: string;
  body?: any;
  token?: string;
  base?: string;
  headers?: Record<string, string>;
  fetch?: (url: string, options: any) => Promise<any>;
}): Promise<any>;

// What the client is made of, for whoever makes another.

export function backoffDelay(attempt: number, random?: () => number): number;

export function planAfterClose(close: {
  code: number;
  attempt?: number;
  hintMs?: number;
  random?: () => number;
}): { kind: 'retry'; delay: number; renew: boolean } | { kind: 'sign-in' } | { kind: 'stop' };

export class Outbox {
  constructor(options?: { storage?: StorageLike | Map<string, string>; now?: () => number });
  readonly items: OutboxItem[];
  readonly channels: Set<Id>;
  open(user: Id): void;
  of(channel: Id): OutboxItem[];
  get(client_msg_id: string): OutboxItem | undefined;
  next(channel: Id): OutboxItem | undefined;
  add(entry: Pick<OutboxItem, 'channel' | 'type' | 'data'> & { client_msg_id?: string }): OutboxItem;
  fail(client_msg_id: string, failure: { code: string; message: string }): void;
  retry(client_msg_id: string): void;
  settle(client_msg_id: string): void;
  clear(): void;
}

export class RangeSet {
  readonly ranges: Range[];
  add(from: number, to?: number): void;
  missing(from: number, to: number): Range[];
}

export class EventLine {
  constructor(seq: number, lastNumber?: number | null);
  readonly start: number;
  readonly seq: number;
  readonly target: number;
  readonly heardOf: number;
  readonly lastNumber: number | null;
  readonly seen: RangeSet;
  readonly behind: boolean;
  readonly nextKnown: number;
  readonly horizon: number;
  readonly proof: { from: number; to: number; seqs: Range[]; numbers: Range[]; repeated: number[] };
  take(event: any, apply: (event: any) => void): void;
  expect(seq: number | undefined): void;
  hear(seq: number | undefined): void;
  skipTo(seq: number, apply: (event: any) => void): void;
}

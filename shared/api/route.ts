/**
 * One declaration of a route. The edge makes validation and OpenAPI of it, the client its types; nothing about a route
 * is said twice.
 */
import type * as z from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { TokenScope } from '../schema/project.ts';

export interface Route<
  Params extends z.ZodObject | undefined = z.ZodObject | undefined,
  Query extends z.ZodObject | undefined = z.ZodObject | undefined,
  Body extends z.ZodType | 'bytes' | undefined = z.ZodType | 'bytes' | undefined,
  Reply extends z.ZodType | 'bytes' | undefined = z.ZodType | 'bytes' | undefined,
> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** `/v1/runs/{run}` */
  path: string;
  tag: string;
  summary: string;
  /** Scopes of tokens that may call it; empty: open to all. */
  scopes: readonly TokenScope[];
  params?: Params;
  query?: Query;
  /** `bytes`: an octet stream with a Content-Length. */
  body?: Body;
  /** `bytes`: an octet stream. Absent: 204. */
  reply?: Reply;
  /** Headers that it heeds, for its description. */
  headers?: z.ZodObject;
  /** What it replies with 202 where it is asked to answer later. */
  accepted?: z.ZodType;
  /** What is in the `data` of an event, where the reply may also be server-sent events; the last is `[DONE]`. */
  events?: z.ZodType;
  /** Status of success; 200, or 204 without a reply. */
  status?: 200 | 201 | 204;
  /** What can go wrong besides bad input, a bad token and our own faults. */
  errors?: readonly ErrorCode[];
}

/** Declares a route, keeping the types of its parts. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | 'bytes' | undefined = undefined,
  Reply extends z.ZodType | 'bytes' | undefined = undefined,
>(declaration: Route<Params, Query, Body, Reply>): Route<Params, Query, Body, Reply> {
  return declaration;
}

type In<T> = T extends z.ZodType ? z.input<T> : undefined;
type Out<T> = T extends z.ZodType ? z.output<T> : undefined;
/** Not distributed over a union `T`: a body may be given as the union it is declared as. */
type Given<Key extends string, T> = [T] extends [undefined] ? unknown : { [K in Key]: T };

/** What a caller passes for a route: `{ params, query, body }`, those that it declares. */
export type RouteInput<R> =
  R extends Route<infer P, infer Q, infer B, infer _>
    ? Given<'params', In<P>> &
        (Q extends z.ZodObject ? { query?: z.input<Q> } : unknown) &
        (B extends 'bytes' ? { body: BodyInit; headers?: Record<string, string> } : Given<'body', In<B>>)
    : never;

/** What a handler gets, after validation. */
export type RouteArguments<R> =
  R extends Route<infer P, infer Q, infer B, infer _>
    ? { params: Out<P>; query: Out<Q>; body: B extends 'bytes' ? ReadableStream<Uint8Array> : Out<B> }
    : never;

/** What a call resolves to. */
export type RouteReply<R> =
  R extends Route<infer _, infer __, infer ___, infer Reply>
    ? Reply extends 'bytes'
      ? Response
      : Out<Reply>
    : never;

import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { DescribedProblem } from './described-problems.js';
import type { Audience } from './identity/audience.js';
import { For } from './identity/routes.js';

/** What the API's description says of a route beside its decorators: they say path, method, status, body and query already. */
export interface RouteDescription<Answer extends z.ZodType = z.ZodType> {
  readonly summary: string;
  /** Whom the route is for. The guard reads it as well: what is described and what is let in cannot differ. */
  readonly for: Audience;
  /** In Markdown. */
  readonly details?: string;
  /** The part of the path behind `:id`. */
  readonly params?: Readonly<Record<string, z.ZodType>>;
  /** Headers that a request must have. */
  readonly headers?: Readonly<Record<string, z.ZodType>>;
  /** The body, when all goes well. */
  readonly answer: Answer;
  /** Headers of that answer, each with what it says. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** The problems that this route answers with, beside those that any route may. */
  readonly problems?: readonly DescribedProblem[];
}

export const DESCRIPTION = 'waybill:description';

type Returns<Answer extends z.ZodType> = (...args: never[]) => z.output<Answer> | Promise<z.output<Answer>>;

/**
 * Describes a route. A route that returns something else than `answer` does not compile. `describeApi` refuses a route without
 * a description.
 */
export const Described =
  <Answer extends z.ZodType>(description: RouteDescription<Answer>) =>
  <Method extends Returns<Answer>>(target: object, name: string | symbol, method: TypedPropertyDescriptor<Method>): void => {
    SetMetadata(DESCRIPTION, description)(target, name, method);
    For(description.for)(target, name, method);
  };

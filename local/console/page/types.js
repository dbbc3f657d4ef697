/**
 * What the server answers; see local/runs.py.
 *
 * @typedef {{name: string, match_id: string | null, status: string, started: string, stopped: string | null,
 *   outcome: string | null}} Summary
 * @typedef {{service: string, call: string, started: string, ended: string | null, parameters: unknown, result: unknown,
 *   error: string | null, cause: string | null, stack_trace: string | null}} Attempt
 * @typedef {{name: string, type: string, entered: string, exited: string | null, input: unknown, output: unknown,
 *   variables: Record<string, unknown>, attempts: Attempt[], status: "succeeded" | "caught" | "failed" | "running",
 *   error: string | null, cause: string | null, retries: number, usd: number}} Step
 * @typedef {{arn: string, name: string, match_id: string | null, status: string, started: string, stopped: string | null,
 *   input: unknown, output: unknown, error: string | null, cause: string | null, steps: Step[], outcome: string,
 *   usd: number}} Run
 * @typedef {{Type: string, Next?: string, Default?: string, End?: boolean, Choices?: {Next: string}[],
 *   Catch?: {Next: string}[]}} State
 * @typedef {{StartAt: string, States: Record<string, State>}} Workflow
 */

export {};

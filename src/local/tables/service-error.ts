/** An error that DynamoDB answers with; the errors that dynalite throws have the same shape. */
export interface ServiceError extends Error {
  statusCode: number;
  body: { __type: string; message?: string; Message?: string };
}

/** `code` is the error's name as SDKs show it, for instance `ValidationException`. */
export function serviceError(code: string, message: string): ServiceError {
  const namespace =
    code === "ResourceNotFoundException" ? "com.amazonaws.dynamodb.v20120810" : "com.amazon.coral.service";
  return Object.assign(new Error(message), { statusCode: 400, body: { __type: `${namespace}#${code}`, message } });
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

/** The error's name without its namespace. */
export function codeOf(error: ServiceError): string {
  return error.body.__type.replace(/^.*#/, "");
}

import { serviceError, socketError } from "../aws/errors.js";
import type { Call } from "../call.js";
import { pick, type Random } from "../random.js";

/** How a service, or the way to it, refuses a whole call that has not happened. What looks like the request's own fault must not be taken for one. */
export function drawRefusal({ step }: Pick<Call, "step">, random: Random): Error {
  return pick(random, [
    () => socketError("ECONNREFUSED"),
    () => socketError("ECONNRESET"),
    () => serviceError("ServiceUnavailable", "server"),
    () => serviceError("ThrottlingException", "client"),
    () => serviceError("AccessDeniedException", "client"),
    () => serviceError(step === "publish" ? "InvalidParameter" : "ValidationException", "client"),
  ])();
}

/** What a client sees of a call that has happened, and whose answer is lost. */
export function drawLoss(random: Random): Error {
  return pick(random, [() => socketError("ECONNRESET"), () => serviceError("InternalServerError", "server")])();
}

/** A receive that may be repeated: the same set again for 5 minutes, while nothing of it was touched ("ReceiveMessage", ReceiveRequestAttemptId). */
export interface ReceiveAttempt {
  queueId: number;
  attemptId: string;
  ordinals: number[];
  expiresAt: number;
}

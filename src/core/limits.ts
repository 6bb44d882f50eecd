/** Each limit of AWS that evp relies on, declared once, with the page of the AWS documentation that states it. */

/** Entries in one SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch or PublishBatch ("SendMessageBatch", "PublishBatch"). */
export const BATCH_MAX_ENTRIES = 10;
/** Bytes of one SQS message, and of a whole SendMessageBatch ("Amazon SQS message quotas"). */
export const SQS_MAX_BYTES = 1024 * 1024;
/** Bytes of one SNS message, and of a whole PublishBatch, unless the topic allows more ("Publish", "PublishBatch"). */
export const SNS_MAX_BYTES = 256 * 1024;
/** Message attributes of one message; with raw delivery SNS discards a message that has more ("Amazon SNS message attributes"). */
export const MAX_MESSAGE_ATTRIBUTES = 10;
/** Characters of a message group id or a deduplication id ("SendMessage"). */
export const MAX_GROUP_ID_LENGTH = 128;
/** Seconds that a message may stay invisible ("ChangeMessageVisibility"). */
export const MAX_VISIBILITY_SECONDS = 12 * 60 * 60;
/** Seconds that a queue keeps a message at most ("SetQueueAttributes"). */
export const MAX_RETENTION_SECONDS = 14 * 24 * 60 * 60;
/** Seconds during which a FIFO queue or topic drops a repeated deduplication id ("Using the Amazon SQS message deduplication ID"). */
export const DEDUPLICATION_SECONDS = 5 * 60;
/** Characters of a queue's name, `.fifo` included ("Amazon SQS queue quotas"). */
export const MAX_QUEUE_NAME_LENGTH = 80;
/** Characters of a topic's name, `.fifo` included ("CreateTopic"). */
export const MAX_TOPIC_NAME_LENGTH = 256;
/** Statements in one BatchExecuteStatement, and puts in one BatchWriteItem ("BatchExecuteStatement", "BatchWriteItem"). */
export const DYNAMODB_BATCH_MAX_WRITES = 25;
/** Keys in one BatchGetItem ("BatchGetItem"). */
export const DYNAMODB_BATCH_MAX_READS = 100;

import type { Alarm } from "./alarms.js";
import type { Block } from "./terraform-blocks.js";
import { COUNT_OF_FUNCTION } from "./terraform-function.js";
import { expression } from "./terraform-text.js";

/** Terraform's aws_cloudwatch_metric_alarm. An alarm of the function is there when the function is. */
export function alarmBlock(alarm: Alarm): Block {
  return {
    type: "aws_cloudwatch_metric_alarm",
    name: alarm.terraform,
    body: {
      ...(alarm.namespace === "AWS/Lambda" ? { count: COUNT_OF_FUNCTION } : {}),
      alarm_name: alarm.name,
      alarm_description: alarm.description,
      namespace: alarm.namespace,
      metric_name: alarm.metric,
      dimensions: alarm.dimensions,
      statistic: alarm.statistic,
      period: 60,
      evaluation_periods: alarm.minutes,
      comparison_operator: "GreaterThanThreshold",
      threshold: alarm.threshold,
      treat_missing_data: "notBreaching",
      alarm_actions: expression("var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]"),
    },
  };
}

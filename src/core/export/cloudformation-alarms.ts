import type { JsonObject } from "../event.js";
import type { Alarm } from "./alarms.js";
import { RUNS_FUNCTION } from "./cloudformation-function.js";

/** "AWS::CloudWatch::Alarm". An alarm of the function is there when the function is. */
export function cloudFormationAlarm(alarm: Alarm): JsonObject {
  return {
    Type: "AWS::CloudWatch::Alarm",
    ...(alarm.namespace === "AWS/Lambda" ? { Condition: RUNS_FUNCTION } : {}),
    Properties: {
      AlarmName: alarm.name,
      AlarmDescription: alarm.description,
      Namespace: alarm.namespace,
      MetricName: alarm.metric,
      Dimensions: Object.entries(alarm.dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: alarm.statistic,
      Period: 60,
      EvaluationPeriods: alarm.minutes,
      ComparisonOperator: "GreaterThanThreshold",
      Threshold: alarm.threshold,
      TreatMissingData: "notBreaching",
      AlarmActions: { "Fn::If": ["HasAlarmTopic", [{ Ref: "AlarmTopicArn" }], { Ref: "AWS::NoValue" }] },
    },
  };
}

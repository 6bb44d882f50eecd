import { describe, expect, it } from "vitest";
import { bytesText, compact, durationText, grouped, latencyText, rateText } from "../../../src/ui/live/figure-text.js";
import { sparkline } from "../../../src/ui/live/sparkline.js";

describe("figures", () => {
  it.each([
    [grouped(1234567), "1,234,567"],
    [compact(99_999), "99,999"],
    [compact(123_456), "123k"],
    [compact(9_999_999), "10,000k"],
    [compact(12_345_678), "12M"],
    [rateText(0.34), "0.3"],
    [rateText(99.96), "100.0"],
    [rateText(1203.4), "1,203"],
    [latencyText(0.5), "<1 ms"],
    [latencyText(48.4), "48 ms"],
    [latencyText(1234), "1.2 s"],
    [latencyText(130_000), "0:02:10"],
    [durationText(-5), "0:00:00"],
    [durationText(83_000), "0:01:23"],
    [durationText(((3 * 24 + 4) * 60 + 5) * 60_000), "3 d 4:05:00"],
    [bytesText(512), "512 B"],
    [bytesText(1_234), "1.2 KB"],
    [bytesText(1_234_567), "1.2 MB"],
  ])("%s is %s", (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe("a sparkline", () => {
  it.each([
    [[], 10, ""],
    [[0, 0, 0], 10, "▁▁▁"],
    [[0, 1, 2, 3, 4, 5, 6, 7], 10, "▁▂▃▄▅▆▇█"],
    [[5, 5], 10, "██"],
    [[1, 1000], 10, "▂█"],
    [[9, 1, 2], 2, "▅█"],
    [[1, 2], 0, ""],
    [[-1, 4], 10, "▁█"],
  ])("of %j in %d columns is %j", (values, width, expected) => {
    expect(sparkline(values, width)).toBe(expected);
  });
});

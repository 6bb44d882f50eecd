#!/usr/bin/env node
"use strict";

// Plain old syntax, so that any Node can read it far enough to say what is wrong.
var required = [22, 22];
var found = process.versions.node.split(".").map(Number);

if (found[0] < required[0] || (found[0] === required[0] && found[1] < required[1])) {
  process.stderr.write(
    "evp needs Node " + required.join(".") + " or newer, and this is Node " + process.versions.node + ".\n",
  );
  process.exitCode = 2;
} else {
  require("node:module").enableCompileCache();
  if (!require("../dist/help.cjs").printReadyHelp(process.argv.slice(2))) require("../dist/evp.cjs");
}

// Lets Node run the TypeScript beside it as it is: imports name the `.js` that a compiler would have made.
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    const isOurs = specifier.startsWith(".") && context.parentURL?.endsWith(".ts");
    return next(isOurs ? specifier.replace(/\.js$/, ".ts") : specifier, context);
  },
});

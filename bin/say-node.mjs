// After "npm ci": one line instead of npm's warnings for each dependency that asks for a newer Node.js.
// npm runs this on that newer one already, and says in the variable which one it is run by itself.
const [, yours, major] = / node\/(v(\d+)\S*)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
if (Number(major) < 24)
  console.log(`Chancery runs on the Node.js 24 that was just installed beside it; your ${yours} starts it.`);

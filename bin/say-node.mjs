// After "npm ci": one line instead of npm's warnings for each dependency that asks for a newer Node.js.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24)
  console.log(
    `Chancery runs on the Node.js 24 that was just installed beside it; your ${process.version} starts it.`,
  );

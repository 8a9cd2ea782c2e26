import { runCommandLine } from '#src/commands/program.ts';

process.exitCode = await runCommandLine(process.argv);

// What a deadline gave up on, such as a connection to a server that is away, must not keep the process.
setTimeout(() => process.exit(), 1000).unref();

// A worker that does not live.
process.kill(process.pid, "SIGKILL");

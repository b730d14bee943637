"""Reading the machine it runs on: facts, never verdicts; no shell history, no command lines, no file contents."""

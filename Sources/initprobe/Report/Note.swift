/// What is said about a run beside its results: whole lines, or nothing.
enum Note {}

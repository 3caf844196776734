"""Settings of the feed that tests shorten."""

# How long the feed waits for an acknowledgement: shorter than its default, so that a silent receiver costs little time.
IMPATIENT = ("--feed-answer-seconds", "2")

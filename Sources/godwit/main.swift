import System

Log.setLevel(.debug)
Log.warning("hello", ["a": "b c", "n": "\(Clock.unixMilliseconds)", "e": Errno.timedOut.text])

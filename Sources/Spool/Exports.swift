// Who uses the spool needs the clock that its times are of, and the system's errors.

@_exported public import System

// Who uses a client needs the packets that it carries, and the clock, the wakeup and the endpoint that
// it is told; one import is enough for all of them.
@_exported public import MQTT
@_exported public import System

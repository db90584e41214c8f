extension PublishTool {
  static var help: String {
    """
    Usage: godwit pub -t TOPIC {-m MESSAGE | -f FILE | -l | -n | -s} [OPTION]...

    Publishes one message, or each line of standard input. The options are those of mosquitto_pub;
    docs/tools.md has all of them.

      -t, --topic TOPIC        where to
      -m, --message TEXT       the message
      -f, --file FILE          the content of a file is the message
      -l, --stdin-line         each line of standard input is a message
      -n, --null-message       an empty message; with -r it deletes what is retained
      -s, --stdin-file         all of standard input is the message
      -q, --qos 0|1|2          quality of service, by default 0
      -r, --retain             the broker keeps the message for later subscribers
          --repeat NUMBER      publish the message so many times
          --repeat-delay SECONDS
                               and wait in between
      -M, --max-inflight NUMBER
                               unacknowledged messages at a time, by default 20

    """
  }
}

extension SubscribeTool {
  static var help: String {
    """
    Usage: godwit sub -t FILTER [OPTION]...

    Writes the messages of some topics to standard output. The options are those of mosquitto_sub;
    docs/tools.md has all of them.

      -t, --topic FILTER       which topics; may be repeated
      -T, --filter-out FILTER  but not these; may be repeated
      -U, --unsubscribe FILTER end this subscription of a session that was kept; may be repeated
      -q, --qos 0|1|2          the best quality of service, by default 0
      -v, --verbose            the topic in front of each message
      -F FORMAT                what to write, e.g. '@H:@M:@S %t %p', or %j for JSON
      -N                       no end of line behind a message
      -C NUMBER                end after so many messages
      -W SECONDS               end after this time, with status 27
      -E                       end when the broker has answered the subscription
      -R                       pass over what was retained
          --retained-only      only what was retained; end with the first message that was not
          --retain-as-published
                               keep the retain flag as it was published

    """
  }
}

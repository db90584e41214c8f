/// The part of the help that both tools have.
enum ConnectionHelp {
  static var text: String {
    """
      -h, --host HOST          the broker, by default localhost
      -p, --port PORT          by default 1883, with TLS 8883, with --ws 80 or 443
      -L, --url URL            mqtt[s]://[USER[:PASSWORD]@]HOST[:PORT][/TOPIC] or
                               ws[s]://[USER[:PASSWORD]@]HOST[:PORT][/PATH]
      -V, --protocol-version VERSION
                               5 or 311; by default 5, and 311 where the broker refuses it
      -i, --id NAME            client identifier, by default a random one
      -I, --id-prefix TEXT     client identifier of TEXT and the process identifier
      -u, --username NAME
      -P, --pw PASSWORD        everybody on this machine can see it; rather:
          --pw-file FILE       the first line of a file is the password
      -k, --keepalive SECONDS  by default 60; 0 for none
      -c, --disable-clean-session
                               go on with the session that the broker keeps; needs -i
      -x SECONDS               how long the broker keeps the session, -1 for ever
      -D, --property PACKET NAME VALUE
                               a property of MQTT 5.0
          --will-topic TOPIC, --will-payload TEXT, --will-qos 0|1|2, --will-retain
                               what the broker publishes when the connection breaks
          --cafile FILE, --capath FOLDER, --tls-use-os-certs
                               TLS with these authorities
          --cert FILE, --key FILE, --key-pw-file FILE
                               this client's certificate
          --psk HEX, --psk-file FILE, --psk-identity NAME
                               TLS with a pre-shared key
          --tls-version tlsv1.2|tlsv1.3, --tls-alpn NAME, --insecure
          --ws, --ws-path PATH WebSocket
          --proxy URL          socks5h://[USER[:PASSWORD]@]HOST[:PORT] or http://...
      -d, --debug              tell the packets
          --quiet              tell no errors
          --help               this text

    """
  }
}

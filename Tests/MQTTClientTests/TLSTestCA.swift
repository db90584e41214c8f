import Foundation
import TestSupport
import Testing

/// Certificates for the tests, made by openssl(1) in a folder of their own, once a run.
struct TestCA {
  let folder: URL

  static var shared: TestCA {
    get throws { try made.get() }
  }

  private static let made = Result { try TestCA() }
  private static let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("godwit-tls-\(getpid())")

  /// The name in the certificates that have a right one.
  static let host = "broker.test"
  static let passphrase = Array("sesame, öffne dich".utf8)

  struct CommandFailed: Error {
    let command: [String]
    let output: String
  }

  /// The path of a file of this authority: "root.pem", "good.pem", "server.key", …
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private init() throws {
    folder = Self.folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    atexit { try? FileManager.default.removeItem(at: TestCA.folder) }
    try write(Self.configuration, to: "ca.cnf")
    try write("", to: "index.txt")

    for name in ["root", "other"] {
      try openssl(
        "req -x509 -config ca.cnf -extensions v3_ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
          + "-nodes -days 2 -subj /CN=\(name) -keyout \(name).key -out \(name).pem")
    }
    // Still an authority when today's certificates are long over.
    try openssl(
      "req -x509 -config ca.cnf -extensions v3_ca -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
        + "-nodes -days 36500 -subj /CN=lasting -keyout lasting.key -out lasting.pem")
    try openssl("ecparam -genkey -noout -name prime256v1 -out server.key")
    let server = "extendedKeyUsage=serverAuth\nsubjectAltName="
    let good = server + "DNS:\(Self.host)\n"
    try issue("good", good)
    try issue("address", server + "IP:127.0.0.1,IP:::1\n")
    try issue("expired", good, dates: "-startdate 200101000000Z -enddate 210101000000Z")
    try issue("early", good, dates: "-startdate 480101000000Z -enddate 490101000000Z")
    let dates = "-startdate 480101000000Z -enddate 490101000000Z"
    try issue("lasting-early", good, by: "lasting", dates: dates)
    try issue(
      "lasting-expired", good, by: "lasting",
      dates: "-startdate 200101000000Z -enddate 210101000000Z")
    try issue("lasting-good", good, by: "lasting")
    try issue("other-name", server + "DNS:another.test\n")
    try issue("purpose", "extendedKeyUsage=clientAuth\nsubjectAltName=DNS:\(Self.host)\n")
    try issue("unknown-ca", good, by: "other")
    try openssl(
      "req -x509 -config ca.cnf -key server.key -days 2 -subj /CN=self-signed "
        + "-addext subjectAltName=DNS:\(Self.host) -out self-signed.pem")

    // Without a name where names belong; with the host's name only where it was once looked for.
    try issue("common-name", "extendedKeyUsage=serverAuth\n", subject: Self.host)
    try issue("intermediate", "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n")
    try copy("server.key", to: "intermediate.key")
    try issue("chained", good, by: "intermediate")
    // Signed with a server's certificate, which gives nobody the right to sign others.
    try copy("server.key", to: "good.key")
    try issue("by-server", good, by: "good")

    try openssl("genrsa -out client.key 2048")
    try issue("client", "extendedKeyUsage=clientAuth\n", key: "client.key")
    try issue("stranger", "extendedKeyUsage=clientAuth\n", key: "client.key", by: "other")
    try openssl("genrsa -out client-2.key 2048")
    let passphrase = String(decoding: Self.passphrase, as: UTF8.self)
    try run(
      ["openssl", "pkcs8", "-topk8", "-in", "client.key", "-out", "client-pkcs8.key"]
        + ["-passout", "pass:\(passphrase)"])
    try run(
      ["openssl", "rsa", "-aes128", "-traditional", "-in", "client.key"]
        + ["-out", "client-traditional.key", "-passout", "pass:\(passphrase)"])
    try openssl("rsa -traditional -in client.key -out client-plain-traditional.key")
    try openssl("ecparam -genkey -noout -name prime256v1 -out client-ec.key")
    try issue("client-ec", "extendedKeyUsage=clientAuth\n", key: "client-ec.key")
    try issue(
      "client-chained", "extendedKeyUsage=clientAuth\n", key: "client.key", by: "intermediate")
    try join(["client-chained.pem", "intermediate.pem"], to: "client-chain.pem")
    try join(["client-pkcs8.key", "client.pem"], to: "client-both.pem")
    try write("this is no PEM\n", to: "garbage.pem")

    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("hashed"), withIntermediateDirectories: true)
    try copy("root.pem", to: "hashed/root.pem")
    try openssl("rehash hashed")
  }

  private func issue(
    _ name: String, _ extensions: String, key: String = "server.key", by authority: String = "root",
    dates: String = "-days 2", subject: String? = nil
  ) throws {
    try write(extensions, to: "\(name).ext")
    try openssl("req -new -config ca.cnf -key \(key) -subj /CN=\(subject ?? name) -out \(name).csr")
    try openssl(
      "ca -batch -notext -config ca.cnf -cert \(authority).pem -keyfile \(authority).key "
        + "-in \(name).csr -out \(name).pem -extfile \(name).ext \(dates)")
  }

  private func join(_ names: [String], to name: String) throws {
    try write(
      names.map { try String(contentsOfFile: path($0), encoding: .utf8) }.joined(), to: name)
  }

  private func copy(_ name: String, to other: String) throws {
    try FileManager.default.copyItem(atPath: path(name), toPath: path(other))
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  private func openssl(_ arguments: String) throws {
    try run(["openssl"] + arguments.split(separator: " ").map(String.init))
  }

  private func run(_ command: [String]) throws {
    let process = try ChildProcess(
      command[0], Array(command.dropFirst()),
      output: folder.appendingPathComponent("output.txt"), directory: folder)
    guard process.waitForEnd() == 0 else {
      throw CommandFailed(command: command, output: process.output)
    }
  }

  private static let configuration = """
    [ca]
    default_ca = authority
    [authority]
    database = index.txt
    new_certs_dir = .
    rand_serial = yes
    unique_subject = no
    default_md = sha256
    policy = policy
    [policy]
    commonName = supplied
    [req]
    distinguished_name = name
    prompt = no
    [name]
    [v3_ca]
    basicConstraints = critical, CA:true
    keyUsage = critical, keyCertSign, cRLSign
    subjectKeyIdentifier = hash

    """
}

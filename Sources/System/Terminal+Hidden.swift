internal import CLinux

extension Terminal {
  /// The same as `readLine`, without showing what is typed (termios(3)). A signal that ends the program
  /// does so once the terminal shows again what is typed.
  public static func readHiddenLine() -> [UInt8]? {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return readLine() }
    var signals = sigset_t()
    var old = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGQUIT] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_BLOCK, &signals, &old)
    var hidden = settings
    hidden.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
    var isStopped = false
    var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    // A tenth of a second is soon enough for Ctrl-C.
    while !isStopped, poll(&request, 1, 100) == 0 {
      var pending = sigset_t()
      sigpending(&pending)
      for number in [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGQUIT]
      where sigismember(&pending, number) == 1 { isStopped = true }
    }
    let line = isStopped ? nil : readLine()
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    // Here a signal that has come ends the program.
    pthread_sigmask(SIG_SETMASK, &old, nil)
    return line
  }
}

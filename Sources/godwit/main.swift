internal import System

exitProcess(Command.run(CommandLineArguments.words))

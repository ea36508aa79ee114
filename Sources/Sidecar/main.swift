internal import LinuxSystem

StandardStream.openMissing()
let environment = ProcessInfo.environment
let program = Program(console: SystemConsole(environment: environment), environment: environment)
ProcessInfo.exit(program.run(Array(CommandLine.arguments.dropFirst())).rawValue)

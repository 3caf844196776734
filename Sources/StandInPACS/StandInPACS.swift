import ArgumentParser

/// A small receiving and ordering system for the demonstration: takes what FirstRead announces, and places orders.
///
/// It speaks real HL7 over MLLP and keeps a line for each message. It is no PACS.
@main
struct StandInPACS: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stand-in-pacs",
        abstract: "Stands in for a PACS in the demonstration: acknowledges messages, and sends orders.",
        discussion: """
            EXAMPLES:
              stand-in-pacs --port 0 --log messages.txt
              stand-in-pacs order --to 127.0.0.1:2575 --orders SampleStudies/orders.json
            """,
        subcommands: [Receive.self, Order.self, Report.self],
        defaultSubcommand: Receive.self)
}

/// An error for the person at the terminal: what, where, what to do.
struct Failure: Error, CustomStringConvertible {
    var description: String
}

internal import CDCMTK
package import Logging

/// DCMTK as part of this process: its dictionary, its log, its environment.
package enum DCMTK {
    /// Prepares DCMTK, once for the process; later calls only check the dictionary again.
    ///
    ///     try DCMTK.start(log: Logger(label: "firstread.dicom"))
    ///
    /// Sends DCMTK's warnings and errors to `log`; what it writes at lower levels dumps data sets, and is never produced. Sets
    /// `TCP_NODELAY=1` in the environment where it is not set. Comes before the first use of DCMTK and before other threads run.
    package static func start(log: Logger) throws(DICOMError) {
        LogBox(log).attach()
        guard cdcmtk_dictionary_is_loaded() else {
            throw DICOMError(
                code: .dictionaryMissing,
                message: """
                    DCMTK's data dictionary dicom.dic could not be loaded: install Debian's packages dcmtk and libdcmtk17 \
                    (apt-get install dcmtk), or name the file in the environment variable DCMDICTPATH.
                    """)
        }
    }

    /// What stands in quotes may be an attribute's value, and so a patient's data, in every module but the network's.
    package static func withoutValues(_ message: String, module: String) -> String {
        if module == "dcmtk.dcmnet" { return printable(message) }
        var kept = ""
        var quote: Character?
        for character in message {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
                kept += "…"
            } else {
                kept.append(character)
            }
        }
        return printable(kept)
    }

    /// Text from outside, fit for a line of the log: control characters become `?`.
    package static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }

}

/// DCMTK's log appender calls it for as long as the process lives.
private final class LogBox: Sendable {
    let log: Logger

    init(_ log: Logger) { self.log = log }

    func attach() {
        let handler: cdcmtk_log_handler = { context, level, module, message in
            guard let context else { return }
            Unmanaged<LogBox>.fromOpaque(context).takeUnretainedValue()
                .write(level: level, module: String(cString: module), message: String(cString: message))
        }
        let kept = Unmanaged.passRetained(self)
        if !cdcmtk_start(handler, kept.toOpaque()) { kept.release() }
    }

    private func write(level: Int32, module: String, message: String) {
        log.log(
            level: Logger.Level(log4cplus: level), "DCMTK reports",
            metadata: ["dcmtk.module": "\(module)", "dcmtk.message": "\(DCMTK.withoutValues(message, module: module))"])
    }
}

extension Logger.Level {
    /// log4cplus counts 10000 debug, 20000 info, 30000 warning, 40000 error, 50000 fatal.
    init(log4cplus level: Int32) {
        switch level {
        case 50_000...: self = .critical
        case 40_000...: self = .error
        case 30_000...: self = .warning
        case 20_000...: self = .info
        case 10_000...: self = .debug
        default: self = .trace
        }
    }
}

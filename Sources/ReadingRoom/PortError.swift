import Foundation
import NIOCore

/// A port that cannot be had: which, why, and what to do.
struct PortError: Error, CustomStringConvertible {
    var service: String
    var host: String
    var port: Int
    /// The settings that choose another one.
    var settings: String
    var cause: any Error

    var description: String {
        let reason = (cause as? IOError).map { String(cString: strerror($0.errnoCode)).lowercased() } ?? "\(cause)"
        return "can't listen for \(service) on \(host) port \(port): \(reason). Stop the program that has the port, or choose another with \(settings) (0 takes a free one)."
    }
}

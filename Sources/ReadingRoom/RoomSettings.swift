import Crypto
import DICOM
import HL7
import Logging
import Web
import Worklist

// The service's settings as each room takes them.

extension DICOMSettings {
    var listener: StorageListener.Settings {
        var settings = StorageListener.Settings()
        settings.host = host
        settings.port = port
        settings.aeTitle = aeTitle
        settings.allowedCallingAETitles = allowedCallingAETitles
        settings.maximumAssociations = maximumAssociations
        settings.pduSize = Int(maximumPDU)
        settings.maximumObjectBytes = Int(clamping: maximumObjectBytes)
        settings.acseTimeout = .seconds(acseSeconds)
        settings.dimseTimeout = .seconds(dimseSeconds)
        settings.stopGrace = .seconds(8)
        return settings
    }
}

extension HL7Settings {
    var server: MLLPServer.Settings {
        var settings = MLLPServer.Settings(host: host, port: Int(port))
        settings.maximumMessageBytes = maximumMessageBytes
        settings.maximumConnections = maximumConnections
        settings.messageSeconds = messageSeconds
        settings.idleSeconds = idleSeconds
        return settings
    }
}

extension WebServer.Settings {
    init(_ http: HTTPSettings, _ access: Access) {
        self.init(host: http.host, port: Int(http.port))
        self.access = access
        trustedProxy = http.signIn.trustedProxy
    }
}

extension HTTPSettings {
    /// Who may come in; throws where the users file can't be read.
    func access(clock: @escaping WallClock, log: Logger) throws -> Access {
        guard let usersFile = signIn.usersFile else { return isOpen ? .open : .nobody }
        var settings = SignInDesk.Settings()
        settings.sessionMinutes = signIn.sessionMinutes
        settings.attempts = signIn.attempts
        settings.attemptMinutes = signIn.attemptMinutes
        return .people(try SignInDesk(try UserBook(path: usersFile, log: log), settings, clock: clock, log: log))
    }
}

extension WorklistPolicy {
    /// SHA-256 of the policy, hexadecimal: which rules a decision was made by.
    var sha256: String {
        get throws {
            SHA256.hash(data: try json).hexadecimal
        }
    }
}

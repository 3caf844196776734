/// What failed, where, and what to do about it.
package struct DICOMError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// DCMTK's data files are not there.
        case dictionaryMissing
        /// The address to listen on can't be had.
        case cannotListen
        case invalidSetting
        /// A file that holds no object, or not all of its header.
        case cannotRead
        /// DCMTK, or the system beneath it, gave up.
        case failed
    }

    package var code: Code
    /// One sentence, remedy included.
    package var message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

/// Calls into C and turns a null result into the text that it left behind.
func calling<Value>(_ body: (UnsafeMutablePointer<CChar>, Int) -> Value?) -> Result<Value, CallFailure> {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        buffer.initialize(repeating: 0)
        guard let text = buffer.baseAddress else { return .failure(CallFailure(text: "no memory")) }
        guard let value = body(text, buffer.count) else { return .failure(CallFailure(text: String(cString: text))) }
        return .success(value)
    }
}

/// What C++ said when it failed; callers add where it was and what to do.
struct CallFailure: Error {
    var text: String
}

/// A composite object as it came over an association: written to a file, not looked into, not yet on disk.
package struct ReceivedObject: Hashable, Sendable {
    /// Path of the Part 10 file, as ``StorageSink/newFile`` gave it.
    package var file: String
    /// Bytes of preamble, prefix and file meta information: where in the file the data set begins.
    package var dataSetOffset: Int
    /// Bytes of the data set, which is what the sender sent, bit for bit.
    package var byteCount: Int
    package var callingAETitle: String
    package var calledAETitle: String
    /// Numeric address of the sender.
    package var peerAddress: String
    /// Of the presentation context, and so of the data set.
    package var transferSyntaxUID: String
    /// Affected SOP Class UID (0000,0002) of the request; not checked against the data set.
    package var affectedSOPClassUID: String
    /// Affected SOP Instance UID (0000,1000) of the request; not checked, not even its characters.
    package var affectedSOPInstanceUID: String
    package var messageID: UInt16
}

/// What a C-STORE is answered with.
package struct StoreResponse: Hashable, Sendable {
    package var status: DIMSEStatus
    /// Error Comment (0000,0902), sent with every status but success. LO: the first 64 characters; those beyond ASCII become `?`.
    package var errorComment: String?

    package init(status: DIMSEStatus, errorComment: String? = nil) {
        self.status = status
        self.errorComment = errorComment
    }
}

/// Where received objects go.
///
/// Both functions are called on the association's own thread, for several associations at once; they may block.
package struct StorageSink: Sendable {
    /// The path of the file for the next object: one that does not exist, or is empty. An error answers the object with
    /// ``DIMSEStatus/outOfResources``. Where the object does not arrive whole, the listener removes the file.
    package var newFile: @Sendable () throws -> String
    /// Keeps the object, which is answered with what this returns. From here on the file is the sink's, whatever it answers.
    package var store: @Sendable (ReceivedObject) -> StoreResponse

    package init(
        newFile: @escaping @Sendable () throws -> String,
        store: @escaping @Sendable (ReceivedObject) -> StoreResponse
    ) {
        self.newFile = newFile
        self.store = store
    }
}

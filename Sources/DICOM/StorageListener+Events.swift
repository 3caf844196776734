internal import CDCMTK
internal import Logging

extension StorageListener {
    /// Counts since the start, for `/metrics`.
    package struct Counters: Hashable, Sendable {
        package var associationsOpen = 0
        package var associationsAccepted = 0
        package var associationsRejected = 0
        /// Connections that never became an association: garbage, silence past the time limit, too many at once.
        package var connectionsRefused = 0
        /// Objects answered with success or a warning.
        package var objectsStored = 0
        /// Objects answered with a failure.
        package var objectsRefused = 0
        /// Bytes of data sets received, of incomplete ones too.
        package var dataSetBytes = 0

        package init() {}

        init(_ raw: cdcmtk_listener_counters) {
            associationsOpen = Int(clamping: raw.associations_open)
            associationsAccepted = Int(clamping: raw.associations_accepted)
            associationsRejected = Int(clamping: raw.associations_rejected)
            connectionsRefused = Int(clamping: raw.connections_refused)
            objectsStored = Int(clamping: raw.objects_stored)
            objectsRefused = Int(clamping: raw.objects_refused)
            dataSetBytes = Int(clamping: raw.data_set_bytes)
        }
    }
}

extension Logger {
    /// One line for what became of a connection.
    func report(_ event: cdcmtk_listener_event) {
        let (level, sentence) = Self.line(of: event.kind)
        var metadata: Logger.Metadata = [:]
        func add(_ key: String, _ text: UnsafePointer<CChar>) {
            let text = DCMTK.printable(String(cString: text))
            if !text.isEmpty { metadata[key] = "\(text)" }
        }
        add("dicom.peer", event.peer_address)
        add("dicom.calling-ae-title", event.calling_ae_title)
        add("dicom.called-ae-title", event.called_ae_title)
        add("dicom.detail", event.detail)
        if event.objects > 0 { metadata["dicom.objects"] = "\(event.objects)" }
        log(level: level, "\(sentence)", metadata: metadata)
    }

    private static func line(of kind: cdcmtk_event_kind) -> (Logger.Level, StaticString) {
        switch kind {
        case cdcmtk_event_association_accepted: (.debug, "Association accepted")
        case cdcmtk_event_association_released: (.info, "Association released")
        case cdcmtk_event_association_aborted_by_peer: (.warning, "Association aborted by the sender")
        case cdcmtk_event_association_timed_out: (.warning, "Association aborted: the sender was silent for too long")
        case cdcmtk_event_association_stopped: (.notice, "Association aborted: the listener stops")
        case cdcmtk_event_association_broken: (.warning, "Association aborted: the sender broke the protocol")
        case cdcmtk_event_rejected_calling_ae_title: (.warning, "Association rejected: the calling AE title is not allowed")
        case cdcmtk_event_rejected_called_ae_title: (.warning, "Association rejected: called by another AE title")
        case cdcmtk_event_rejected_application_context: (.warning, "Association rejected: not DICOM's application context")
        case cdcmtk_event_rejected_limit: (.warning, "Association rejected: too many are open")
        case cdcmtk_event_connection_silent: (.debug, "Connection closed without a word")
        case cdcmtk_event_connection_not_dicom: (.warning, "Connection closed: no DICOM association request")
        case cdcmtk_event_connection_timed_out: (.warning, "Connection closed: no association request in time")
        case cdcmtk_event_connection_over_limit: (.warning, "Connection closed: too many are waiting")
        case cdcmtk_event_object_not_written: (.error, "Object refused: it could not be written")
        case cdcmtk_event_out_of_descriptors: (.error, "No connection can be taken: the system is out of file descriptors")
        default: (.warning, "Unknown event of the listener")
        }
    }
}
